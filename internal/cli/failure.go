package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/alecthomas/kong"

	"tillway/internal/fault"
)

// The exit codes.
const (
	exitDone   = 0
	exitNo     = 1 // the answer is no
	exitFailed = 2 // it could not be done
)

// outcome is an error whose command has chosen its exit code.
type outcome struct {
	code int
	err  error // nil when everything has been said already
}

// Error is the error below, for a log.
func (o outcome) Error() string {
	if o.err == nil {
		return fmt.Sprintf("exit %d", o.code)
	}
	return o.err.Error()
}

// Unwrap gives the error below to errors.As.
func (o outcome) Unwrap() error { return o.err }

// misuse words a command line that cannot be understood.
func misuse(err *kong.ParseError) error {
	command := strings.TrimSpace("tillway " + err.Context.Command())
	if file, ok := errors.AsType[*fs.PathError](err.Unwrap()); ok { // --config alone opens one
		return outcome{exitFailed, fault.Invalidf("--config", "no_config", "The configuration file %s cannot be read", file.Path).WithCause(file.Err)}
	}
	// A fault that a flag's own check gave says more than the parser does.
	if f, ok := errors.AsType[*fault.Error](err.Unwrap()); ok {
		return outcome{exitFailed, f}
	}
	text := err.Error()
	return outcome{exitFailed, fault.New(fault.Invalid, "usage", strings.ToUpper(text[:1])+text[1:]).
		WithHint("Run: " + command + " --help")}
}

// complain tells a person what went wrong and what to do next, and returns the
// exit code.
func complain(w io.Writer, err error) int {
	code := exitNo
	f := fault.From(err)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		code = exitFailed
	}
	if chosen, ok := errors.AsType[outcome](err); ok {
		if code = chosen.code; chosen.err == nil {
			return code
		}
		f = fault.From(chosen.err)
	}
	message := f.Message
	if f.Field != "" && strings.HasPrefix(f.Field, "TILLWAY_") {
		message = f.Field + ": " + message
	}
	_, _ = fmt.Fprintln(w, "tillway: "+message)
	if f.Cause != nil {
		_, _ = fmt.Fprintln(w, "  because: "+fault.Reason(f.Cause))
	}
	if f.Hint != "" {
		_, _ = fmt.Fprintln(w, "  "+f.Hint)
	}
	return code
}
