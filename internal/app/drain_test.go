package app_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
)

// A server that is told to stop under load says so first, goes on serving
// meanwhile, answers whole what it takes, and forgets nothing that it said.
func TestDrainUnderLoad(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.AdminListen, cfg.DrainDelay = "127.0.0.1:0", time.Hour
	s := newTillOn(t, cfg)
	drained := make(chan struct{})
	s.server.DrainUntil(drained)
	go func() {
		for range s.hooks {
		}
	}()
	t.Cleanup(func() { close(s.hooks) })
	admin := "http://" + s.server.AdminAddr()
	sales := newRush(t, s, 4)
	sales.await(t, 5)

	stopped := make(chan error, 1)
	go func() {
		// Only a failing test lasts so long.
		ctx, cancel := context.WithTimeout(context.Background(), app.StopPatience+time.Minute)
		defer cancel()
		stopped <- s.server.Stop(ctx)
	}()
	for {
		status, body := get(t, s.server.URL()+"/readyz") // the main address still answers
		if status == http.StatusServiceUnavailable {
			if !strings.Contains(body, "stopping") {
				t.Errorf("/readyz says %q", body)
			}
			break
		}
	}
	if status, _ := get(t, admin+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz of the admin address answers %d", status)
	}
	if status, _ := get(t, s.server.URL()+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz answers %d while draining", status)
	}
	// Whole purchases begin and end while the balancer still finds out.
	sales.await(t, sales.sold()+8)
	select {
	case err := <-stopped:
		t.Fatalf("Stop did not wait for the drain delay: %v", err)
	default:
	}
	close(drained)
	if err := <-stopped; err != nil {
		t.Errorf("Stop: %v", err)
	}
	if response, err := s.http.Get(s.server.URL() + "/healthz"); err == nil {
		_ = response.Body.Close()
		t.Errorf("the stopped server answers %d", response.StatusCode)
	}
	sales.end()
	if len(sales.broken) > 0 {
		t.Errorf("answered half, or not: %v", errors.Join(sales.broken...))
	}

	mustStop(t, mustStart(t, serverConfig(s.where)))
	verdict, err := app.Verify(t.Context(), s.where, slog.New(slog.DiscardHandler), nil)
	if err != nil || !verdict.Clean() {
		t.Errorf("Verify: %+v, %v", verdict, err)
	}
	orders := s.mustQuery(t, `SELECT id, 1 FROM orders WHERE status = 'completed' LIMIT 100000`)
	for id := range sales.paid {
		if orders[id] == 0 {
			t.Errorf("the buyer of %s was told that it is paid, and it is not", id)
		}
	}
}

// Whoever is slow loses the connection; nobody else notices.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	const brief = 150 * time.Millisecond
	cfg.Times = app.ConnectionTimes{Header: brief, Request: brief, Answer: time.Minute, Idle: brief}
	server := mustStart(t, cfg)
	for name, sent := range map[string]string{
		"a client that never begins":         "",
		"a header that never ends":           "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a body that never comes":            "POST /v1/actions/store/create-store HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
		"a chunk that never ends":            "POST /v1/actions/store/create-store HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{",
		"a connection kept and left":         "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"a header longer than anybody needs": "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 1<<20),
	} {
		t.Run(name+" is cut off", func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = conn.Write([]byte(sent)) // the longest may be refused half-way
			// Only a failing test waits so long.
			if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
				t.Fatal(err)
			}
			buffer := make([]byte, 4096)
			for err = nil; err == nil; {
				_, err = conn.Read(buffer)
			}
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				t.Error("the connection is still open")
			}
			if status, _ := get(t, server.URL()+"/healthz"); status != http.StatusOK {
				t.Errorf("a healthy client is answered %d", status)
			}
		})
	}
}

func TestMetricsAreOnOneAddress(t *testing.T) {
	t.Parallel()
	t.Run("the main one without another", func(t *testing.T) {
		t.Parallel()
		server := mustStart(t, serverConfig(config.Data{Dir: dataDir(t)}))
		get(t, server.URL()+"/v1/actions/nowhere")
		status, body := get(t, server.URL()+"/metrics")
		if status != http.StatusOK {
			t.Fatalf("/metrics answers %d", status)
		}
		for _, want := range []string{
			"tillway_build_info{", "tillway_db_commit_seconds_count ", "tillway_timers_due ", "tillway_webhook_deliveries_pending 0",
			"tillway_webhook_queue_memory 0", "tillway_connections_open ", `status="404"`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("/metrics lacks %s", want)
			}
		}
	})
	t.Run("the admin address when there is one", func(t *testing.T) {
		t.Parallel()
		cfg := serverConfig(config.Data{Dir: dataDir(t)})
		cfg.AdminListen = "127.0.0.1:0"
		server := mustStart(t, cfg)
		if status, _ := get(t, server.URL()+"/metrics"); status != http.StatusNotFound {
			t.Errorf("/metrics of the main address answers %d", status)
		}
		for path, want := range map[string]int{"/metrics": 200, "/readyz": 200, "/healthz": 200, "/v1/actions/store/create-store": 404, "/": 404} {
			if status, _ := get(t, "http://"+server.AdminAddr()+path); status != want {
				t.Errorf("%s of the admin address answers %d, want %d", path, status, want)
			}
		}
	})
}

// What a sale does is counted.
func TestASaleIsCounted(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	sales := newRush(t, s, 1)
	sales.await(t, 1)
	s.mustReceive(t)
	sales.stop()
	go func() {
		for range s.hooks {
		}
	}()
	t.Cleanup(func() { close(s.hooks) })
	sales.end()
	_, body := get(t, s.server.URL()+"/metrics")
	for _, want := range []string{
		`tillway_http_requests_total{method="POST",route="/store/{slug}/checkout/{id}/pay",status="200"}`,
		`tillway_http_requests_total{method="POST",route="/v1/actions/checkout/create-session",status="200"}`,
		`tillway_payment_attempts_total{call="begin",connector="simulator",outcome="succeeded"}`,
		`tillway_webhook_attempts_total{outcome="succeeded"}`,
		`tillway_webhook_deliveries_total{outcome="succeeded"}`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}
