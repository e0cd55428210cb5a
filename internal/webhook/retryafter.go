package webhook

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads a receiver's wish for a pause, in seconds or as a date. It
// returns zero when there is none that makes sense.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}
