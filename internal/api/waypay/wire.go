package waypay

import (
	"time"

	"tillway/internal/pay"
)

// failureWire is every failure in the preferred form (spec/waypay.md §8). hint
// is our own addition.
type failureWire struct {
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Details detailsWire `json:"details"`
}

type detailsWire struct {
	Field string `json:"field,omitempty"`
	Issue string `json:"issue,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

// problemWire is the older form. code and hint are our own additions.
type problemWire struct {
	Type     string              `json:"type"`
	Title    string              `json:"title"`
	Status   int                 `json:"status"`
	Detail   string              `json:"detail"`
	Instance string              `json:"instance"`
	Errors   map[string][]string `json:"errors,omitempty"`
	Code     string              `json:"code"`
	Hint     string              `json:"hint,omitempty"`
}

// wireTime is RFC 3339 in UTC (spec/waypay.md §1).
const wireTime = "2006-01-02T15:04:05Z"

func timeOf(t time.Time) string { return t.UTC().Format(wireTime) }

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := timeOf(t)
	return &text
}

// textOrNull is null where the core has "".
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// isLive is how the wire tells the environments apart.
func isLive(env pay.Env) bool { return env == pay.Prod }
