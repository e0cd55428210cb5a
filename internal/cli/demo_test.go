package cli

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
)

// A store of the demo is approved for nothing, and what is tried out there moves
// no money: a link of Wayl's that does not say is a test (spec/wayl.md §2.1).
func TestALinkOfTheDemoIsATest(t *testing.T) {
	t.Parallel()
	command := &demoCommand{Listen: "127.0.0.1:0"}
	server, err := command.server(t.Context(), config.Data{Dir: t.TempDir()}, Streams{Out: io.Discard, Err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), app.StopPatience)
		defer cancel()
		if err := server.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	made, err := server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		`{"referenceId":"order-1","total":10000,"currency":"IQD"}`:              http.StatusCreated,
		`{"referenceId":"order-2","total":10000,"currency":"IQD","env":"live"}`: http.StatusForbidden,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL()+"/api/v1/links", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-WAYL-AUTHENTICATION", made.Wayl.Token)
		transport := &http.Transport{}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		transport.CloseIdleConnections()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", body, response.StatusCode, want)
		}
	}
}
