package waypay_test

import (
	"net/http"
	"testing"

	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// There are no idempotency keys here, so that a caller who repeats a refund has
// asked twice: the server looks its own row up (DESIGN §2a).
func TestACommitWhoseAnswerWasLostIsFound(t *testing.T) {
	t.Parallel()
	db := &sqldbtest.Losing{DB: sqldbtest.OpenSQLite(t, migrations.FS)}
	w := newWorldOn(t, db)
	db.Next = true
	made := w.ask(t, http.MethodPost, initiatePath, newCheckout(t, "ORD1", nil)).wants(t, http.StatusOK).body
	found := w.ask(t, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusOK).body
	if found["paymentIntentId"] != made["paymentIntentId"] {
		t.Errorf("made %v and found %v", made["paymentIntentId"], found["paymentIntentId"])
	}
	paid := w.mustPay(t, "ORD2", nil)
	db.Next = true
	asked := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 250})
	if n := w.Int(t, `SELECT COUNT(*) FROM refunds`); n != 1 || db.Next {
		t.Errorf("%d refunds", n)
	}
	seen := w.ask(t, http.MethodGet, "/Gateway/v1/Refunds/"+fieldOf(asked, "id"), nil).wants(t, http.StatusOK).body
	if seen["paymentIntentId"] != asked["paymentIntentId"] || fieldOf(asked, "paymentIntentId") == "" {
		t.Errorf("asked %v and seen %v", asked, seen)
	}
}
