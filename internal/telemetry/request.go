package telemetry

import (
	"net/http"
	"strings"
	"time"
)

// Count counts the requests that a mux answers, under the pattern that matched
// each of them.
func (m *Metrics) Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		m.inFlight.Inc()
		answer := &answer{ResponseWriter: w}
		defer func() {
			m.inFlight.Dec()
			// Also after a panic, with which a handler drops a connection.
			m.answered(methodOf(r), routeOf(r), answer.code(), time.Since(started))
		}()
		next.ServeHTTP(answer, r)
	})
}

// routeOf is the pattern that the innermost mux has written into the request.
func routeOf(r *http.Request) string {
	_, path, both := strings.Cut(r.Pattern, " ")
	switch {
	case r.Pattern == "":
		return "none"
	case both:
		return path
	}
	return r.Pattern
}

// methodOf keeps methods that somebody made up out of the labels.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// answer remembers the status of an answer.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	// An informational status is not the answer.
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap gives http.ResponseController what is below.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK // what the server sends for a handler that wrote nothing
	}
	return a.status
}
