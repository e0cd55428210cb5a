package cli

import (
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
)

// parseMoment reads a moment as a person writes it: RFC 3339, a date (its
// beginning, in UTC), or how long ago, such as 90m, 24h or 7d. An empty text is
// the zero time. Errors: Invalid "bad_time", naming the flag.
func parseMoment(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	if ago, ok := config.ParseSpan(text); ok {
		return now.Add(-ago).UTC(), nil
	}
	return time.Time{}, fault.Invalidf(flag, "bad_time", "%s is no time: %q.", flag, text).
		WithHint("Write 2026-11-20T09:30:00Z, 2026-11-20, or how long ago: 90m, 24h, 7d")
}
