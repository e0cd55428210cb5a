package sqldb

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// closureBudget is how long one closure may take before it is logged: it holds
// the sequencer on SQLite and row locks on PostgreSQL (DESIGN §2a).
const closureBudget = 20 * time.Millisecond

// PanicError is what Write returns for a closure that panicked.
type PanicError struct {
	Value any
	Stack []byte
}

// Error does not print the stack; whoever logs the error may.
func (e *PanicError) Error() string { return fmt.Sprintf("sqldb: closure panicked: %v", e.Value) }

// Unwrap gives the error the closure panicked with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// call runs fn and turns a panic into its error.
func call(fn func() error) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	err = fn()
	returned = true
	return err
}

// logOverBudget reports a closure that took longer than it may.
func logOverBudget(log *slog.Logger, engine Engine, took time.Duration) {
	if took > closureBudget {
		log.Warn("write closure over budget",
			"engine", engine, "took_ms", took.Milliseconds(), "budget_ms", closureBudget.Milliseconds())
	}
}
