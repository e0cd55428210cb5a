package wayl

import (
	"net/http"
	"time"

	"tillway/internal/api"
	"tillway/internal/pay"
)

// envelope is every success (spec/wayl.md §1).
type envelope struct {
	Data    any    `json:"data"`
	Message string `json:"message"`
	Success bool   `json:"success"`
}

// failureWire is every failure.
type failureWire struct {
	Success bool             `json:"success"` // false
	Message string           `json:"message"`
	Errors  []fieldErrorWire `json:"errors,omitempty"`
}

// fieldErrorWire is what is wrong with one member (spec/wayl.md §8).
type fieldErrorWire struct {
	Path    []any  `json:"path"` // names of members and places in lists
	Message string `json:"message"`
}

// done is the message of answers that need no other.
const done = "Done"

func answer(status int, data any, message string) (pay.Answer, error) {
	return api.Document(status, envelope{Data: data, Message: message, Success: true})
}

func ok(data any, message string) (pay.Answer, error) { return answer(http.StatusOK, data, message) }

func created(data any, message string) (pay.Answer, error) {
	return answer(http.StatusCreated, data, message)
}

// wireTime is ISO 8601 in UTC with milliseconds (spec/wayl.md §1).
const wireTime = "2006-01-02T15:04:05.000Z"

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
