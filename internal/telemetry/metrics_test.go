package telemetry_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tillway/internal/telemetry"
)

func scrape(t *testing.T, m *telemetry.Metrics) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("/metrics answers %d", answer.Code)
	}
	return answer.Body.String()
}

func wantLines(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("/metrics lacks %q", line)
		}
	}
}

func TestRequestsAreCountedUnderTheirRoute(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics()
	inner := http.NewServeMux()
	inner.HandleFunc("/v1/thing/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	mux := http.NewServeMux()
	mux.Handle("/v1/", inner)
	mux.HandleFunc("GET /page/{slug}", func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err == nil {
			t.Error("a recorder has no deadline, so the controller did not reach it")
		}
		_, _ = w.Write([]byte(r.PathValue("slug")))
	})
	counted := m.Count(mux)
	for _, request := range []*http.Request{
		httptest.NewRequest(http.MethodPost, "/v1/thing/7", nil),
		httptest.NewRequest(http.MethodPost, "/v1/thing/8", nil),
		httptest.NewRequest(http.MethodGet, "/page/a", nil),
		httptest.NewRequest(http.MethodGet, "/nowhere", nil),
		httptest.NewRequest("BREW", "/v1/thing/9", nil),
	} {
		counted.ServeHTTP(httptest.NewRecorder(), request)
	}
	wantLines(
		t, scrape(t, m),
		`tillway_http_requests_total{method="POST",route="/v1/thing/{id}",status="418"} 2`,
		`tillway_http_requests_total{method="other",route="/v1/thing/{id}",status="418"} 1`,
		`tillway_http_requests_total{method="GET",route="/page/{slug}",status="200"} 1`,
		`tillway_http_requests_total{method="GET",route="none",status="404"} 1`,
		`tillway_http_request_seconds_count{route="/v1/thing/{id}"} 3`,
		`tillway_http_requests_in_flight 0`,
	)
}

func TestWhatIsToldIsCounted(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics()
	m.Attempt("succeeded", 20*time.Millisecond)
	m.Attempt("timeout", time.Second)
	m.Delivery("failed")
	m.Charge("simulator", "charge", "declined")
	m.Committed(5, 2*time.Millisecond)
	m.Refused("client")
	waiting := 3.0
	m.Gauge("tillway_thing", "A thing.", func() float64 { return waiting })
	waiting = 4
	text := scrape(t, m)
	wantLines(
		t, text,
		`tillway_webhook_attempts_total{outcome="succeeded"} 1`,
		`tillway_webhook_attempts_total{outcome="timeout"} 1`,
		`tillway_webhook_attempt_seconds_count 2`,
		`tillway_webhook_deliveries_total{outcome="failed"} 1`,
		`tillway_payment_attempts_total{call="charge",connector="simulator",outcome="declined"} 1`,
		`tillway_db_commit_closures_bucket{le="4"} 0`,
		`tillway_db_commit_closures_bucket{le="8"} 1`,
		`tillway_db_commit_seconds_count 1`,
		`tillway_connections_refused_total{bound="client"} 1`,
		`tillway_thing 4`,
	)
	if !strings.Contains(text, `tillway_build_info{`) || !strings.Contains(text, "go_goroutines") {
		t.Error("/metrics says neither which build this is nor how the process is")
	}
}

// Two servers in one process count apart, and a second registry is no panic.
func TestServersCountApart(t *testing.T) {
	t.Parallel()
	one, other := telemetry.NewMetrics(), telemetry.NewMetrics()
	one.Delivery("succeeded")
	if strings.Contains(scrape(t, other), `tillway_webhook_deliveries_total{`) {
		t.Error("one server's deliveries are counted by the other")
	}
}

func TestThisBuildSaysWhatItIs(t *testing.T) {
	t.Parallel()
	if b := telemetry.ThisBuild(); b.Version == "" || b.Go == "" || !strings.Contains(b.Platform, "/") {
		t.Errorf("the build says %+v", b)
	}
}
