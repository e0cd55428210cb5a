package app_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/operator"
	"tillway/internal/sqldb/sqldbtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(
		m,
		// The test server of PostgreSQL is watched until the process ends.
		goleak.IgnoreAnyFunction("os/exec.(*Cmd).watchCtx"),
	)
}

const masterKey id.Secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// dataDir is short, because a socket's path may not be long.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tillway-app-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func serverConfig(where config.Data) app.Config {
	return app.Config{Config: config.Config{Data: where, Listen: "127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)}
}

// mustStart runs a server until the test ends.
func mustStart(t *testing.T, cfg app.Config) *app.App {
	t.Helper()
	server, err := app.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustStop(t, server) })
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return server
}

func mustStop(t *testing.T, server *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), app.StopPatience)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// places are the two engines a server runs on.
func places(t *testing.T, fn func(t *testing.T, where config.Data)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fn(t, config.Data{Dir: dataDir(t)})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fn(t, config.Data{DatabaseURL: id.Secret(sqldbtest.PostgresURL(t, nil)), MasterKey: masterKey})
	})
}

func TestServer(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		server := mustStart(t, serverConfig(where))
		for path, want := range map[string]struct {
			status int
			says   string
		}{
			"/healthz":            {http.StatusOK, "ok"},
			"/readyz":             {http.StatusOK, "ready"},
			"/":                   {http.StatusOK, server.URL() + "/v1/"},
			"/docs":               {http.StatusOK, "/docs/waypay"},
			"/docs/pancake":       {http.StatusOK, "Issue a session token"},
			"/docs/wayl":          {http.StatusOK, "/api/v1/links"},
			"/docs/waypay":        {http.StatusOK, "Gateway/v1/Refunds"},
			"/docs/diddo":         {http.StatusOK, "/diddo/cart/add"},
			"/llms.txt":           {http.StatusOK, server.URL() + "/docs/pancake.openapi.yaml"},
			"/nowhere":            {http.StatusNotFound, ""},
			"/v1/actions/nowhere": {http.StatusNotFound, "errors"},
			"/store/x/checkout/y": {http.StatusNotFound, ""},
		} {
			status, body := get(t, server.URL()+path)
			if status != want.status || !strings.Contains(body, want.says) {
				t.Errorf("%s answers %d %q, want %d with %q", path, status, body, want.status, want.says)
			}
		}
		if _, err := server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com"}); err != nil {
			t.Fatal(err)
		}
		verdict, err := app.Verify(t.Context(), where, slog.New(slog.DiscardHandler), nil)
		if err != nil || !verdict.Clean() {
			t.Errorf("Verify beside the server: %+v, %v", verdict, err)
		}

		mustStop(t, server)
		mustStop(t, server)
		if _, err := net.Dial("tcp", server.Addr()); err == nil {
			t.Error("a stopped server still listens")
		}
		// The data is whole and free: the next start reads what this one wrote.
		again := mustStart(t, serverConfig(where))
		_, err = again.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com"})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("after a restart the merchant is forgotten: %v", err)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	t.Run("a second owner of a data directory, and frees its port", func(t *testing.T) {
		t.Parallel()
		where := config.Data{Dir: dataDir(t)}
		mustStart(t, serverConfig(where))
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := free.Addr().String()
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
		cfg := serverConfig(where)
		cfg.Listen = address
		_, err = app.New(t.Context(), cfg)
		if !fault.Is(err, fault.State) || !strings.Contains(fault.From(err).Message, where.Dir) {
			t.Errorf("error %v, want one that names the directory", err)
		}
		again, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatalf("the refused server kept its port: %v", err)
		}
		again.Close()
	})
	t.Run("an address in use", func(t *testing.T) {
		t.Parallel()
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		cfg := serverConfig(config.Data{Dir: dataDir(t)})
		cfg.Listen = taken.Addr().String()
		if _, err := app.New(t.Context(), cfg); fault.CodeOf(err) != app.CodeAddressInUse || fault.From(err).Hint == "" {
			t.Errorf("error %v, want %s with a hint", err, app.CodeAddressInUse)
		}
	})
	t.Run("another master key", func(t *testing.T) {
		t.Parallel()
		where := config.Data{Dir: dataDir(t)}
		server := mustStart(t, serverConfig(where))
		mustStop(t, server)
		where.MasterKey = masterKey
		if _, err := app.New(t.Context(), serverConfig(where)); fault.CodeOf(err) != "wrong_master_key" {
			t.Errorf("error %v, want wrong_master_key", err)
		}
	})
	t.Run("PostgreSQL without a master key", func(t *testing.T) {
		t.Parallel()
		where := config.Data{DatabaseURL: "postgres://127.0.0.1:1/none"}
		if _, err := app.New(t.Context(), serverConfig(where)); fault.CodeOf(err) != "master_key_missing" {
			t.Errorf("error %v, want master_key_missing", err)
		}
	})
	t.Run("a database that is not there", func(t *testing.T) {
		t.Parallel()
		where := config.Data{DatabaseURL: "postgres://u:hush@127.0.0.1:1/none", MasterKey: masterKey}
		_, err := app.New(t.Context(), serverConfig(where))
		if fault.CodeOf(err) != "database_unreachable" || strings.Contains(err.Error(), "hush") {
			t.Errorf("error %v, want database_unreachable without the password", err)
		}
	})
}

func TestOperatorGoesThroughTheSocket(t *testing.T) {
	t.Parallel()
	where := config.Data{Dir: dataDir(t)}
	log := slog.New(slog.DiscardHandler)
	mustSetup := func(email string) operator.Operator {
		t.Helper()
		o, closeIt, err := app.OpenOperator(t.Context(), where, log)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := closeIt(); err != nil {
				t.Error(err)
			}
		}()
		if _, err := o.Setup(t.Context(), operator.SetupIn{Email: email}); err != nil {
			t.Fatal(err)
		}
		return o
	}
	if _, local := mustSetup("before@example.com").(*operator.Service); !local {
		t.Error("without a server the work is not done here")
	}
	mustStart(t, serverConfig(where))
	if _, remote := mustSetup("beside@example.com").(*operator.Client); !remote {
		t.Error("beside a server the work does not go through its socket")
	}
	for name, mode := range map[string]os.FileMode{"tillway.sock": 0o600, "master.key": 0o600, "tillway.db": 0o600, ".": 0o700} {
		info, err := os.Stat(filepath.Join(where.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), mode)
		}
	}
}

func TestOperatorsWorkNeedsData(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		for range 2 { // the refusal itself makes nothing
			_, _, err := app.OpenOperatorUnder(t.Context(), where, app.Rules{}, slog.New(slog.DiscardHandler))
			if fault.CodeOf(err) != "no_data" {
				t.Fatalf("error %v, want no_data", err)
			}
		}
		if _, err := app.Verify(t.Context(), where, slog.New(slog.DiscardHandler), nil); fault.CodeOf(err) != "no_data" {
			t.Errorf("after the refusal there is data: %v", err)
		}
	})
}

func TestVerifyNeedsData(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	_, err := app.Verify(t.Context(), config.Data{Dir: dir}, slog.New(slog.DiscardHandler), nil)
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("error %v, want NotFound", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("verify left %v in a directory without data (%v)", left, err)
	}
}

// An App that was built and never started is released like any other.
func TestStopWithoutStart(t *testing.T) {
	t.Parallel()
	where := config.Data{Dir: dataDir(t)}
	server, err := app.New(t.Context(), serverConfig(where))
	if err != nil {
		t.Fatal(err)
	}
	mustStop(t, server)
	mustStop(t, mustStart(t, serverConfig(where)))
}
