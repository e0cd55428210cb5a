// Package fault holds the one error type of Tillway: a closed kind that each
// dialect maps to its own envelope, a stable code, the field it concerns, a
// message for the person and the cause for the log.
//
// The package knows no HTTP status, no dialect and no other package of Tillway.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Error is a failure that somebody outside may have to understand.
//
// Message and Hint are written for the person and may be shown, except when
// Kind is Internal. Cause is for the log and is never shown.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case; dialects and tests branch on it, never on Message
	Field   string // the input field at fault, in the caller's spelling; empty when there is none
	Message string // what is wrong
	Hint    string // the remedy; empty when Message says enough
	Cause   error  // what failed below; reachable by errors.Is and errors.As
}

// New makes a fault. Code is stable and snake_case, message a sentence for the person.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Invalidf makes a fault of kind Invalid that names the input field.
func Invalidf(field, code, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// WithField returns a copy that names the input field. Packages that parse a
// value without knowing where it came from leave this to their caller.
func (e *Error) WithField(field string) *Error {
	changed := *e
	changed.Field = field
	return &changed
}

// WithHint returns a copy that says the remedy.
func (e *Error) WithHint(hint string) *Error {
	changed := *e
	changed.Hint = hint
	return &changed
}

// WithCause returns a copy that wraps cause.
func (e *Error) WithCause(cause error) *Error {
	changed := *e
	changed.Cause = cause
	return &changed
}

// Error is the line for the log: kind, code, field, message and cause. It is
// not for the person; dialects show Message.
func (e *Error) Error() string {
	var line strings.Builder
	line.WriteString(e.Kind.String())
	if e.Code != "" {
		line.WriteString(" " + e.Code)
	}
	if e.Field != "" {
		line.WriteString(" (" + e.Field + ")")
	}
	if e.Message != "" {
		line.WriteString(": " + e.Message)
	}
	if e.Cause != nil {
		line.WriteString(": " + e.Cause.Error())
	}
	return line.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// From finds the outermost fault in err's chain. Any other error becomes an
// Internal fault that wraps it, so that nothing unforeseen reaches a person.
// A nil error, and a nil *Error inside an error, give nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if found, ok := errors.AsType[*Error](err); ok {
		return found
	}
	return &Error{Kind: Internal, Code: "internal", Message: "Internal error", Cause: err}
}

// Reason is what an error from below tells whoever runs the server: of a fault
// its message and what is below that, since kind and code are for the log.
func Reason(err error) string {
	text := err.Error()
	found, ok := errors.AsType[*Error](err)
	if !ok {
		return text
	}
	told := found.Message
	if found.Cause != nil {
		told += ": " + Reason(found.Cause)
	}
	return strings.Replace(text, found.Error(), told, 1)
}

// KindOf is the kind of From(err): 0 for nil, Internal for an error that is no fault.
func KindOf(err error) Kind {
	if found := From(err); found != nil {
		return found.Kind
	}
	return 0
}

// CodeOf is the code of From(err): empty for nil, "internal" for an error that is no fault.
func CodeOf(err error) string {
	if found := From(err); found != nil {
		return found.Code
	}
	return ""
}

// Is reports whether err is a fault of this kind. A nil error is of no kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// echoMost is how much of a caller's own text a message repeats, in bytes.
const echoMost = 64

// Echo cuts a caller's own text for a message, so that nobody has a megabyte of
// their own sent back.
func Echo(text string) string { return EchoTo(text, echoMost) }

// EchoTo is Echo for texts of which more is worth repeating, at most so many
// bytes.
func EchoTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
