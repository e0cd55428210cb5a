package webhook

import (
	"strings"
	"time"
)

// paceBatch is the least time between two moments at which the pace lets
// requests start, so that it costs no timer for each of them.
const paceBatch = 5 * time.Millisecond

// dearWorth is a request that probably begins with a TLS handshake, or ends in a
// flood, in requests that begin with a bare connection.
const dearWorth = 4

// worth is what the line's next request takes of the pace.
func (l *line) worth() float64 {
	switch {
	case l.floods:
		return dearWorth
	case l.trust == late:
		return 1 // who answers at all mostly keeps its connections
	case strings.HasPrefix(l.queue[0].URL, "https:"):
		return dearWorth
	default:
		return 1
	}
}

// pace is a bucket of requests to receivers that are not proven. What they
// cost on this side comes before anything is known of them: a connection, a
// handshake, a signature, the outcome's row. Thousands that begin, or end, at the
// same moment would keep everybody else's from the processor meanwhile.
type pace struct {
	bucket            // below zero after one that was worth more than there was
	perSecond float64 // 0 is no limit
	held      bool    // somebody was refused since release was asked
}

// most is what the bucket holds, which is what may start at once.
func (p *pace) most() float64 { return p.perSecond / 32 }

// take reports whether another may start that is worth so many. Whoever may starts
// on credit, so that none who is worth little takes each token before there are
// enough for one who is worth more.
func (p *pace) take(worth float64, now time.Time) bool {
	if p.perSecond == 0 {
		return true
	}
	p.fill(p.perSecond, p.most(), now)
	if p.tokens < 1 {
		p.held = true
		return false
	}
	p.tokens -= worth
	return true
}

// release reports whether somebody waits for the pace alone, and asks for as
// long as to wait.
func (p *pace) release() (pause time.Duration, held bool) {
	held, p.held = p.held, false
	return paceBatch, held
}
