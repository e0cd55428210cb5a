package webhook

import (
	"container/heap"
	"time"
)

// parking is a line's place among those that wait for a moment: the end of a
// pause, or the next request that its rate allows.
type parking struct {
	until time.Time // zero while the line is not parked
	index int       // in the lot
}

// lot holds parked lines, the earliest first. It is a heap.
type lot []*line

func (p lot) Len() int           { return len(p) }
func (p lot) Less(i, j int) bool { return p[i].parked.until.Before(p[j].parked.until) }

func (p lot) Swap(i, j int) {
	p[i], p[j] = p[j], p[i]
	p[i].parked.index, p[j].parked.index = i, j
}

// Push is heap's.
func (p *lot) Push(l any) {
	parked := l.(*line)
	parked.parked.index = len(*p)
	*p = append(*p, parked)
}

// Pop is heap's.
func (p *lot) Pop() any {
	last := len(*p) - 1
	l := (*p)[last]
	(*p)[last] = nil
	*p = (*p)[:last]
	return l
}

// park has the line wait until then, or not at all when the time is zero.
func (r *roster) park(l *line, until time.Time) {
	before := l.parked.until
	if until.Equal(before) {
		return
	}
	l.parked.until = until
	switch {
	case until.IsZero():
		heap.Remove(&r.lot, l.parked.index)
		return
	case before.IsZero():
		heap.Push(&r.lot, l)
	default:
		heap.Fix(&r.lot, l.parked.index)
	}
	if r.lot[0] == l {
		r.sooner = true
	}
}

// resume puts lines whose time has come back to where they belong.
func (r *roster) resume(now time.Time) {
	for len(r.lot) > 0 && !r.lot[0].parked.until.After(now) {
		l := r.lot[0]
		r.park(l, time.Time{})
		r.place(l, now)
	}
}

// resumes is when the next parked line goes on; zero when none is parked.
func (r *roster) resumes() time.Time {
	r.sooner = false
	if len(r.lot) == 0 {
		return time.Time{}
	}
	return r.lot[0].parked.until
}
