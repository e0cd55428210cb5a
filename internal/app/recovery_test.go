package app_test

import (
	"log/slog"
	"testing"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// A recovery that a command starts is carried on by the server, whether the
// command asked it or wrote the row itself.
func TestServerCarriesRecoveriesOn(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		server := mustStart(t, serverConfig(where))
		made, err := server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		command, closeIt, err := app.OpenOperator(t.Context(), where, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := closeIt(); err != nil {
				t.Error(err)
			}
		}()
		for _, kind := range []webhook.RecoveryKind{webhook.RecoverFailed, webhook.ReplayMissed} {
			started, err := command.StartRecovery(t.Context(), operator.StartRecoveryIn{
				Kind: kind, Store: made.StoreID, Environment: pay.Test, Since: time.Now().Add(-time.Hour),
			})
			if err != nil || started.Waiting {
				t.Fatalf("started: %+v, %v", started, err)
			}
			lost := time.Now().Add(time.Minute)
			for shown := started; shown.State != webhook.RecoveryDone; {
				if shown, err = command.ShowRecovery(t.Context(), operator.RecoveryIn{ID: started.ID}); err != nil {
					t.Fatal(err)
				}
				if time.Now().After(lost) {
					t.Fatalf("nobody carries it on: %+v", shown)
				}
			}
		}
		_, err = command.TriggerEvent(t.Context(), operator.TriggerEventIn{Event: "nothing.happened", Store: made.StoreID, Environment: pay.Test})
		if fault.CodeOf(err) != "unknown_event" {
			t.Errorf("a sample of an unknown event: %v", err)
		}
	})
}
