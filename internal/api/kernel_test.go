package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// plain is a dialect of one route whose errors are "status code".
func plain(t *testing.T, log *slog.Logger, handle api.Handler) *api.Kernel {
	t.Helper()
	shop := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
	return api.New(api.Config{
		Dialect: "plain", Core: shop.Core, Log: log,
		Routes: []api.Route{{Method: http.MethodPost, Path: "/things/{id}", Accepts: []auth.Class{auth.VisitorClass}, Handle: handle}},
		Authenticate: func(context.Context, auth.Presented) (auth.Credential, error) {
			return auth.Credential{Class: auth.VisitorClass, Actor: pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: "STO_1"}}, nil
		},
		Fault: func(_ *api.Route, problem *fault.Error) pay.Answer {
			status := http.StatusBadRequest
			if problem.Kind == fault.Internal || problem.Kind == fault.Unavailable {
				status = http.StatusInternalServerError
			}
			return pay.Answer{Status: status, Body: []byte(`"` + problem.Code + `"`)}
		},
	})
}

func post(ctx context.Context, handler http.Handler, path string, body io.Reader) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, path, body)
	request.Header.Set("Authorization", "Bearer very-secret")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestKernel(t *testing.T) {
	t.Parallel()
	answer := func(body string) (pay.Answer, error) {
		return pay.Answer{Status: http.StatusOK, Body: []byte(body)}, nil
	}

	t.Run("a handler may stream its answer, once it has not failed", func(t *testing.T) {
		t.Parallel()
		for name, check := range map[string]struct {
			err  error
			code int
			body string
		}{"streamed": {nil, http.StatusAccepted, "a line\n"}, "refused": {fault.New(fault.Invalid, "no", "No."), http.StatusBadRequest, `"no"`}} {
			kernel := plain(t, nil, func(_ context.Context, call *api.Call) (pay.Answer, error) {
				call.Stream(func(w http.ResponseWriter) {
					w.Header().Set("Content-Type", "application/x-ndjson")
					w.WriteHeader(http.StatusAccepted)
					_, _ = io.WriteString(w, "a line\n")
				})
				return pay.Answer{}, check.err
			})
			got := post(t.Context(), kernel, "/things/1", strings.NewReader("{}"))
			if got.Code != check.code || got.Body.String() != check.body || got.Header().Get("X-Request-Id") == "" {
				t.Errorf("%s: answered %d %q with %v", name, got.Code, got.Body, got.Header())
			}
		}
	})
	t.Run("a panic becomes the dialect's error and is logged with its stack", func(t *testing.T) {
		t.Parallel()
		var lines bytes.Buffer
		kernel := plain(t, slog.New(slog.NewJSONHandler(&lines, nil)), func(context.Context, *api.Call) (pay.Answer, error) { panic("boom") })
		got := post(t.Context(), kernel, "/things/7", strings.NewReader("{}"))
		if got.Code != http.StatusInternalServerError || got.Body.String() != `"panic"` {
			t.Errorf("%d %s", got.Code, got.Body)
		}
		if !strings.Contains(lines.String(), "boom") || !strings.Contains(lines.String(), "kernel_test.go") {
			t.Errorf("log %s", &lines)
		}
	})

	t.Run("http.ErrAbortHandler still drops the connection", func(t *testing.T) {
		t.Parallel()
		kernel := plain(t, nil, func(context.Context, *api.Call) (pay.Answer, error) { panic(http.ErrAbortHandler) })
		defer func() {
			if value := recover(); value != http.ErrAbortHandler {
				t.Errorf("recovered %v", value)
			}
		}()
		post(t.Context(), kernel, "/things/7", strings.NewReader("{}"))
		t.Error("the panic was swallowed")
	})

	t.Run("one line is logged and holds no secret", func(t *testing.T) {
		t.Parallel()
		var lines bytes.Buffer
		kernel := plain(t, slog.New(slog.NewJSONHandler(&lines, nil)), func(_ context.Context, call *api.Call) (pay.Answer, error) {
			return answer(`{"token":"answer-secret","id":"` + call.PathValue("id") + `"}`)
		})
		got := post(t.Context(), kernel, "/things/7", strings.NewReader(`{"card":"body-secret"}`))
		if got.Body.String() != `{"token":"answer-secret","id":"7"}` {
			t.Errorf("%d %s", got.Code, got.Body)
		}
		if strings.Contains(lines.String(), "secret") {
			t.Errorf("log %s", &lines)
		}
		var line map[string]any
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("not one line: %v in %s", err, &lines)
		}
		for key, want := range map[string]any{
			"level": "INFO", "msg": "request", "dialect": "plain", "method": "POST", "path": "/things/7", "status": 200.0,
			"bytes_in": 22.0, "bytes_out": 34.0, "request": got.Header().Get("X-Request-Id"),
			"credential": map[string]any{"class": "visitor", "env": "test", "store": "STO_1"},
		} {
			if gotJSON, wantJSON := mustJSON(t, line[key]), mustJSON(t, want); gotJSON != wantJSON {
				t.Errorf("%s is %s, want %s", key, gotJSON, wantJSON)
			}
		}
	})

	t.Run("a failure of ours is an error in the log with its cause", func(t *testing.T) {
		t.Parallel()
		var lines bytes.Buffer
		kernel := plain(t, slog.New(slog.NewJSONHandler(&lines, nil)), func(context.Context, *api.Call) (pay.Answer, error) {
			return pay.Answer{}, errors.New("disk on fire")
		})
		got := post(t.Context(), kernel, "/things/7", strings.NewReader("{}"))
		if strings.Contains(got.Body.String(), "fire") || !strings.Contains(lines.String(), "fire") || !strings.Contains(lines.String(), `"level":"ERROR"`) {
			t.Errorf("body %s, log %s", got.Body, &lines)
		}
	})

	t.Run("a caller that goes away is no failure of ours", func(t *testing.T) {
		t.Parallel()
		var lines bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		kernel := plain(t, slog.New(slog.NewJSONHandler(&lines, nil)), func(ctx context.Context, _ *api.Call) (pay.Answer, error) {
			cancel()
			return pay.Answer{}, ctx.Err()
		})
		post(ctx, kernel, "/things/7", strings.NewReader("{}"))
		if !strings.Contains(lines.String(), `"code":"caller_gone"`) || strings.Contains(lines.String(), "ERROR") {
			t.Errorf("log %s", &lines)
		}
	})

	t.Run("a body that breaks off is refused", func(t *testing.T) {
		t.Parallel()
		kernel := plain(t, nil, func(context.Context, *api.Call) (pay.Answer, error) { return answer("{}") })
		got := post(t.Context(), kernel, "/things/7", io.MultiReader(strings.NewReader("{"), broken{}))
		if got.Code != http.StatusBadRequest || got.Body.String() != `"body_incomplete"` {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	})

	t.Run("an unclean path is answered and not redirected", func(t *testing.T) {
		t.Parallel()
		kernel := plain(t, nil, func(context.Context, *api.Call) (pay.Answer, error) { return answer("{}") })
		for _, path := range []string{"//things/7", "/things/../things/7", "/things/7/", "/"} {
			if got := post(t.Context(), kernel, path, strings.NewReader("{}")); got.Code != http.StatusBadRequest || got.Body.String() != `"no_such_route"` {
				t.Errorf("%s: %d %s", path, got.Code, got.Body)
			}
		}
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func mustJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
