package egress

import (
	"sync"
	"time"
)

// place is where a connection leads; connections of one place serve each other's
// requests.
type place struct {
	secure bool
	host   string // lower case
	port   uint16
}

// pool keeps connections between requests, newest first. One timer closes those
// that nobody needs; no goroutine waits for a connection.
type pool struct {
	mu     sync.Mutex
	closed bool
	places map[place][]*conn // oldest first
	// oldest and newest are the ends of the list of all idle connections, in
	// the order in which they became idle.
	oldest, newest *conn
	count          int
	sweeper        *time.Timer
}

func newPool() *pool { return &pool{places: map[place][]*conn{}} }

// settledTime is for how long a connection that became idle is believed to be as
// it was: asking the system costs a twentieth of a request.
const settledTime = 5 * time.Millisecond

// take returns the connection that became idle last, or nil.
func (p *pool) take(at place) *conn {
	for {
		taken := p.pop(at)
		if taken == nil {
			return nil
		}
		if !taken.surplus() && (time.Since(taken.idleSince) < settledTime || taken.quiet()) {
			return taken
		}
		// The receiver has closed it, or said something that nobody asked for.
		taken.close()
	}
}

func (p *pool) pop(at place) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.places[at]
	if len(idle) == 0 {
		return nil
	}
	taken := idle[len(idle)-1]
	idle[len(idle)-1] = nil
	p.places[at] = idle[:len(idle)-1]
	p.unlink(taken)
	return taken
}

// put keeps a connection whose answer was read to its end.
func (p *pool) put(c *conn) {
	if surplus := p.push(c); surplus != nil {
		surplus.close()
	}
}

// push returns the connection for which there is no room, if any.
func (p *pool) push(c *conn) (surplus *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.places[c.place]
	if p.closed || len(idle) >= idlePerHost {
		return c
	}
	if p.count >= idleTotal {
		surplus = p.oldest
		p.drop(surplus)
		idle = p.places[c.place]
	}
	c.idleSince = time.Now()
	c.older, c.newer = p.newest, nil
	if p.newest != nil {
		p.newest.newer = c
	} else {
		p.oldest = c
	}
	p.newest = c
	p.count++
	p.places[c.place] = append(idle, c)
	if p.sweeper == nil {
		p.sweeper = time.AfterFunc(idleTime, p.sweep)
	}
	return surplus
}

// drop takes out the oldest connection of its place. The lock is held.
func (p *pool) drop(c *conn) {
	idle := p.places[c.place]
	copy(idle, idle[1:])
	idle[len(idle)-1] = nil
	if p.places[c.place] = idle[:len(idle)-1]; len(idle) == 1 {
		delete(p.places, c.place)
	}
	p.unlink(c)
}

// unlink takes a connection out of the list. The lock is held.
func (p *pool) unlink(c *conn) {
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		p.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		p.newest = c.older
	}
	c.older, c.newer = nil, nil
	p.count--
}

// sweep closes connections that were idle for idleTime, and comes back for the
// next one. Places that are empty are forgotten.
func (p *pool) sweep() {
	for _, expired := range p.expired(time.Now()) {
		expired.close()
	}
}

func (p *pool) expired(now time.Time) (expired []*conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.oldest != nil && (p.closed || now.Sub(p.oldest.idleSince) >= idleTime) {
		expired = append(expired, p.oldest)
		p.drop(p.oldest)
	}
	for at, idle := range p.places {
		if len(idle) == 0 {
			delete(p.places, at)
		}
	}
	switch {
	case p.closed:
		if p.sweeper != nil {
			p.sweeper.Stop()
		}
	case p.oldest != nil:
		p.sweeper.Reset(idleTime - now.Sub(p.oldest.idleSince))
	default:
		p.sweeper = nil // the next put makes another
	}
	return expired
}

// close closes what is idle; connections in use are closed when they come back.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.sweep()
}
