package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tillway/internal/operator"
	"tillway/internal/webhook"
)

// What is shown of a delivery says what it waits for, and how much of its log
// there is beyond what is printed.
func TestADeliveryIsShownAsItIs(t *testing.T) {
	t.Parallel()
	pending := operator.LoggedDelivery{State: webhook.Pending}
	due := pending
	due.NextTry = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		shown operator.DeliveryExchange
		says  string
		never string
	}{
		"asleep":            {operator.DeliveryExchange{LoggedDelivery: pending, Behind: "d-1"}, "State        pending, waits for the end of d-1 of the same order\n", "next try"},
		"due":               {operator.DeliveryExchange{LoggedDelivery: due}, "State        pending, next try 2026-05-01 12:00:00.000 UTC\n", "waits"},
		"with all tries":    {operator.DeliveryExchange{Tries: make([]operator.DeliveryTry, 2), Tried: 2}, "Try 0", "latest"},
		"with tries beyond": {operator.DeliveryExchange{Tries: make([]operator.DeliveryTry, 2), Tried: 7}, "\nThe latest 2 of 7 tries:\n", "Nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			printExchange(&out, c.shown)
			if got := out.String(); !strings.Contains(got, c.says) || strings.Contains(got, c.never) {
				t.Errorf("shown as %q, want %q in it and no %q", got, c.says, c.never)
			}
		})
	}
}

func TestAResendSaysWhatItCameTo(t *testing.T) {
	t.Parallel()
	for want, resent := range map[string]operator.ResentDelivery{
		"is sent again; its schedule starts anew":                       {Effect: webhook.Restarted},
		"starts its schedule anew once d-1 of the same order has ended": {Effect: webhook.Restarted, Behind: "d-1"},
		"waits for the end of d-1 of the same order; nothing changed":   {Effect: webhook.Asleep, Behind: "d-1"},
		"is due already; nothing changed":                               {Effect: webhook.AlreadyDue},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if got := effectInWords(resent); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}
