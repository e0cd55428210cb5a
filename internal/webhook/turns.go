package webhook

// turns is a list whose members come up one after the other. A member brings
// its own place, so that coming and going, which every delivery causes, costs
// no allocation.
type turns[T any] struct {
	ends  place[T] // stands before the first and behind the last
	count int
}

// place is a member's place in one list, or in none.
type place[T any] struct {
	member     T
	prev, next *place[T]
	in         *turns[T]
}

// first returns the place whose turn it is, nil when there is none.
func (t *turns[T]) first() *place[T] {
	if t.count == 0 {
		return nil
	}
	return t.ends.next
}

// set makes the place a part of the list, at its end, or not. It reports
// whether that changed anything.
func (t *turns[T]) set(p *place[T], member bool) bool {
	if member == (p.in != nil) {
		return false
	}
	if !member {
		p.prev.next, p.next.prev = p.next, p.prev
		p.prev, p.next, p.in = nil, nil, nil
		t.count--
		return true
	}
	if t.ends.next == nil {
		t.ends.next, t.ends.prev = &t.ends, &t.ends
	}
	t.insert(p, &t.ends)
	return true
}

// insert puts a place that is in no list before another, or at the end.
func (t *turns[T]) insert(p, before *place[T]) {
	p.in, p.prev, p.next = t, before.prev, before
	p.prev.next, before.prev = p, p
	t.count++
}

// hurry sends a member to the front.
func (t *turns[T]) hurry(p *place[T]) {
	t.set(p, false)
	t.insert(p, t.ends.next)
}

// rotate sends a member to the end.
func (t *turns[T]) rotate(p *place[T]) {
	t.set(p, false)
	t.set(p, true)
}
