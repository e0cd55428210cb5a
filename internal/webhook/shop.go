package webhook

// shop is a store as far as turns go: its lines share the turns of one, so that
// a store with twenty endpoints gets no more of a scarce room than a store with
// one. All access is under the roster's lock.
type shop struct {
	id     StoreID
	lines  int // lines of the store that the roster knows
	idle   int // of them, those that have nothing to do
	queued int // of their deliveries in memory, those that wait
	bytes  int // of them

	ready  [trusts]turns[*line] // lines that may send, in turn
	hungry turns[*line]         // lines that should be refilled, in turn
	sends  [trusts]place[*shop] // among the stores with lines that may send
	claims place[*shop]         // among the stores with lines to be refilled
}

func newShop(id StoreID) *shop {
	s := &shop{id: id}
	for class := range s.sends {
		s.sends[class].member = s
	}
	s.claims.member = s
	return s
}

// enrol makes the line one of the store's. Until its first delivery comes, an
// endpoint's store is not known, and its line takes turns as a store of its own;
// a callback's queue names its store.
func (r *roster) enrol(l *line, id StoreID) {
	if l.known {
		return
	}
	r.withdraw(l)
	s, found := r.shops[id]
	if !found {
		s = newShop(id)
		r.shops[id] = s
	}
	s.lines++
	if l.idle.in != nil {
		s.idle++
	}
	l.shop, l.known = s, true
}

// withdraw takes the line out of its store's turns, and forgets a store that
// has no other. Nothing of the line may wait in memory.
func (r *roster) withdraw(l *line) {
	r.setReady(l, false)
	r.setHungry(l, false)
	if l.shop.lines--; l.shop.lines == 0 && l.known {
		delete(r.shops, l.shop.id)
	}
}

// setReady makes the line one of those that may send, or not.
func (r *roster) setReady(l *line, ready bool) {
	class, s := l.trust, l.shop
	if !s.ready[class].set(&l.ready, ready) {
		return
	}
	if ready {
		r.waiting[class]++
	} else {
		r.waiting[class]--
	}
	r.ready[class].set(&s.sends[class], s.ready[class].count > 0)
}

// hurry gives a line that may send the next turn of its class.
func (r *roster) hurry(l *line) {
	if l.ready.in == nil {
		return
	}
	l.shop.ready[l.trust].hurry(&l.ready)
	r.ready[l.trust].hurry(&l.shop.sends[l.trust])
}

// setHungry makes the line one of those that should be refilled, or not.
func (r *roster) setHungry(l *line, hungry bool) {
	if l.shop.hungry.set(&l.hungry, hungry) {
		r.hungry.set(&l.shop.claims, l.shop.hungry.count > 0)
	}
}

// setIdle makes the line one of those with nothing to do, or not.
func (r *roster) setIdle(l *line, idle bool) {
	if !r.idle.set(&l.idle, idle) {
		return
	}
	if idle {
		l.shop.idle++
	} else {
		l.shop.idle--
	}
}

// overrun reports whether a store's callbacks have so many lines with something
// to do that another is left to a later walk. Endpoints are counted; addresses
// that come with requests are not, and could otherwise fill the roster with the
// hosts of one store.
func (r *roster) overrun(id QueueID) bool {
	store, called := id.caller()
	if !called {
		return false
	}
	s, known := r.shops[store]
	return known && s.lines-s.idle >= r.bounds.called
}
