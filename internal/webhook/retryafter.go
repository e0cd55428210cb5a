package webhook

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// longestWish is what a longer one counts as; whoever honours one draws the
	// line far before.
	longestWish = 365 * 24 * time.Hour
	// noPause is the wish of a receiver that wishes for none, or for one that is
	// over: it is one all the same, for Schedule.Next.
	noPause = time.Nanosecond
)

// retryAfter reads a receiver's wish for a pause, in seconds or as a date in any
// of HTTP's three forms. It returns zero when there is none that makes sense,
// else between noPause and longestWish.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 32)
	switch {
	case err == nil:
		return wished(time.Duration(seconds) * time.Second)
	case errors.Is(err, strconv.ErrRange):
		return longestWish
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return wished(at.Sub(now))
}

func wished(pause time.Duration) time.Duration { return min(max(pause, noPause), longestWish) }
