package pancake

import (
	"time"

	"tillway/internal/api"
)

// envelope is every answer (spec/pancake.md §4). A success has data and a
// failure has errors; there is never a top-level status.
type envelope struct {
	Data     any      `json:"data"`
	Errors   []notice `json:"errors,omitempty"`
	Warnings []notice `json:"warnings,omitempty"`
}

// notice is one error or warning.
type notice struct {
	Message string `json:"message"`
	Layer   string `json:"layer"`
	AIHint  string `json:"aiHint,omitempty"`
}

// wireTime is ISO 8601 in UTC with milliseconds (spec/pancake.md §2.3).
const wireTime = "2006-01-02T15:04:05.000Z"

func timeOf(t time.Time) string { return t.UTC().Format(wireTime) }

// dateOf is a plain date.
func dateOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// textOrNull is null where the core has "".
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return textOrNull(timeOf(t))
}

func success(data any) any { return envelope{Data: data} }

// rawOrNull passes stored JSON through.
func rawOrNull(stored string) api.Raw {
	if stored == "" {
		return nil
	}
	return api.Raw(stored)
}
