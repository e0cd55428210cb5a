package webhook

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                               0,
		"120":                            2 * time.Minute,
		" 120 ":                          2 * time.Minute,
		"-5":                             0,
		"0":                              noPause,
		"4294967296":                     longestWish,
		"99999999999999999999":           longestWish,
		"-99999999999999999999":          0,
		"1.5":                            0,
		"soon":                           0,
		"Fri, 01 May 2026 12:05:00 GMT":  5 * time.Minute,
		"Friday, 01-May-26 12:05:00 GMT": 5 * time.Minute, // RFC 850
		"Fri May  1 12:05:00 2026":       5 * time.Minute, // C's asctime
		"Fri, 01 May 2026 11:00:00 GMT":  noPause,
		"Fri, 01 May 9999 11:00:00 GMT":  longestWish,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
