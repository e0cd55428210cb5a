package job

import "time"

// The bounds of the pause after a failed run.
const (
	leastBackoff = time.Second
	mostBackoff  = 10 * time.Minute
)

// backoff is the pause after a failure of a timer that is overdue by so much.
// Waiting again for as long as one has waited doubles the pause each time
// without counting failures: 1 s, 1 s, 2 s, 4 s …
func backoff(overdue time.Duration) time.Duration {
	return min(max(overdue, leastBackoff), mostBackoff)
}
