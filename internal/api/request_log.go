package api

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// log writes the one line of an exchange. Neither headers nor bodies are in
// it: both may carry secrets.
func (x *exchange) log(answer pay.Answer) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("dialect", x.kernel.config.Dialect),
		slog.String("request", x.id),
		slog.String("method", x.request.Method),
		slog.String("path", fault.EchoTo(x.request.URL.Path, maxPath)),
		slog.Int("status", answer.Status),
		slog.Int64("took_us", x.kernel.config.Core.Now().Sub(x.started).Microseconds()),
		slog.Int("bytes_in", len(x.body)),
		slog.Int("bytes_out", len(answer.Body)),
		slog.String("client", x.kernel.config.ClientIP(x.request)),
	}
	if x.credential.Class != "" {
		attrs = append(attrs, slog.Any("credential", x.credential))
	}
	if x.problem != nil {
		attrs = append(attrs, slog.String("fault", x.problem.Kind.String()), slog.String("code", x.problem.Code))
		if x.problem.Field != "" {
			attrs = append(attrs, slog.String("field", x.problem.Field))
		}
		if answer.Status >= http.StatusInternalServerError {
			level = slog.LevelWarn
			if x.problem.Kind == fault.Internal {
				level = slog.LevelError
			}
			attrs = append(attrs, slog.Any("error", x.problem))
		}
	}
	x.kernel.config.Log.LogAttrs(x.request.Context(), level, "request", attrs...)
}

// protected is handle with a panic turned into a fault. http.ErrAbortHandler
// goes on: it is how a handler drops a connection on purpose.
func (x *exchange) protected(w http.ResponseWriter, routes place) (answer pay.Answer, err error) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		if abort, ok := value.(error); ok && errors.Is(abort, http.ErrAbortHandler) {
			panic(value)
		}
		x.kernel.config.Log.Error("a handler panicked", "request", x.id, "panic", value, "stack", string(debug.Stack()))
		err = fault.New(fault.Internal, "panic", "Internal error")
	}()
	return x.handle(w, routes)
}
