package store_test

import (
	"slices"
	"testing"

	"tillway/internal/cart"
	"tillway/internal/intent"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

func TestVerifySeesWhatANounTellsOfItsSession(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := openShop(t, db)
		session := s.buy(t, pendingCard)
		see := func(want pay.SessionStatus, what string) {
			t.Helper()
			facts, err := store.NewFacts(db).Sessions(t.Context(), "", 10)
			if err != nil || len(facts) != 1 || facts[0].Noun != want {
				t.Errorf("%s: %+v, %v; want %q", what, facts, err, want)
			}
		}
		write := func(change func(pay.Records)) {
			t.Helper()
			if err := store.New(db, nil).Write(t.Context(), func(r pay.Records) error { change(r); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		see("", "a sale without a noun")
		mustExec(t, db, `UPDATE checkout_sessions SET dialect = 'wayl'`)
		see(report.NounMissing, "a link that is gone")
		write(func(r pay.Records) {
			_, _ = store.Links(r).InsertLink(link.Link{ID: "l", Code: "c", Store: s.store, Total: money.New(1, "IQD"), Session: session, Row: 1})
			_, _ = store.Intents(r).InsertIntent(intent.Intent{ID: "i", Store: s.store, Amount: money.New(1, "PKR"), Session: session, Row: 1})
			store.Carts(r).InsertCheckout(cart.Checkout{ID: "c", Store: s.store, Amount: money.New(1, "USD"), Session: session, Row: 1})
		})
		state := func(used, open bool) pay.SessionStatus {
			switch {
			case used:
				return pay.SessionUsed
			case open:
				return pay.SessionOpen
			}
			return pay.SessionEnded
		}
		for _, status := range link.Statuses() {
			mustExec(t, db, `UPDATE links SET status = '`+string(status)+`'`)
			see(state(status.Paid() || status == link.Returned, status.Waiting() || status == link.Processing), "a link that is "+string(status))
		}
		mustExec(t, db, `UPDATE checkout_sessions SET dialect = 'waypay'`)
		for _, status := range intent.Statuses() {
			mustExec(t, db, `UPDATE payment_intents SET status = '`+string(status)+`'`)
			open := slices.Contains([]intent.Status{intent.Pending, intent.InProgress}, status)
			see(state(status.Paid(), open), "an intent that is "+string(status))
		}
		mustExec(t, db, `UPDATE checkout_sessions SET dialect = 'diddo'`)
		for _, status := range []cart.CheckoutStatus{
			cart.CheckoutInitialized, cart.CheckoutInProgress, cart.CheckoutFailed, cart.CheckoutSucceeded, cart.CheckoutCancelled,
		} {
			mustExec(t, db, `UPDATE cart_checkouts SET status = '`+string(status)+`'`)
			see(state(status == cart.CheckoutSucceeded, !status.Over()), "a checkout that is "+string(status))
		}
	})
}
