package pancake_test

import (
	"net/http"
	"net/http/httptest"
)

// direct is a transport that calls a handler in place of a network.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	request := r.Clone(r.Context())
	request.RemoteAddr = "192.0.2.1:1234"
	d.handler.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}
