package pancake_test

import (
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	cancelOrder  = "/v1/actions/onetime-order/cancel-order"
	previewTrial = "/v1/actions/checkout/preview-trial"
	// lostAnswer is the simulator's card whose charge succeeds and is not told.
	lostAnswer = "4576750000000584"
)

// browser is a buyer's, with a session token.
func (w *world) browser(t *testing.T, buyer string) pancakeclient.Buyer {
	t.Helper()
	return w.browserOf(w.mustToken(t, pay.Test, buyer))
}

func (w *world) browserOf(token string) pancakeclient.Buyer {
	return pancakeclient.Buyer{BaseURL: "http://tillway.test", Token: token, Env: "test", HTTP: w.http()}
}

func TestCancelOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.browser(t, "u-9")
	merchant := w.client(pay.Test)
	for name, by := range map[string]pancakeclient.Caller{"its buyer": mine, "the merchant": merchant} {
		t.Run(name, func(t *testing.T) {
			order := w.mustPlace(t, w.buyer("u-9"))
			body := object{"orderId": string(order.ID)}
			if err := callAs(t, by, cancelOrder, body); err != nil {
				t.Fatal(err)
			}
			if after := w.mustOrder(t, string(order.ID)); after.Status != pay.OrderCanceled {
				t.Errorf("the order is %s", after.Status)
			}
			if session := w.mustSession(t, string(order.Session)); session.Status != pay.SessionEnded {
				t.Errorf("the session is %s", session.Status)
			}
			mustTell(t, callAs(t, by, cancelOrder, body), 400, "order", "Order cannot be canceled, current status: canceled")
		})
	}

	t.Run("the answer is the id and the state", func(t *testing.T) {
		var out struct{ OrderID, Status string }
		order := w.mustPlace(t, w.buyer("u-9"))
		if err := mine.Call(t.Context(), cancelOrder, object{"orderId": string(order.ID)}, &out); err != nil {
			t.Fatal(err)
		}
		if out.OrderID != string(order.ID) || out.Status != "canceled" {
			t.Errorf("got %+v", out)
		}
	})

	t.Run("another's order is not", func(t *testing.T) {
		order := w.mustPlace(t, w.buyer("u-8"))
		anonymous := w.mustPlace(t, w.Actor())
		for _, id := range []pay.OrderID{order.ID, anonymous.ID} {
			mustTell(t, mine.Call(t.Context(), cancelOrder, object{"orderId": string(id)}, nil), 403, "order", "Order does not belong to user")
		}
		mustTell(t, w.client(pay.Prod).Call(t.Context(), cancelOrder, object{"orderId": string(order.ID)}, nil), 404, "order", "Order not found")
		mustTell(t, merchant.Call(t.Context(), cancelOrder, object{"orderId": noOrder}, nil), 404, "order", "Order not found")
		mustTell(t, merchant.Call(t.Context(), cancelOrder, object{"orderId": "1"}, nil), 400, "order", "Expected format: ORD_xxx")
		mustTell(t, merchant.Call(t.Context(), cancelOrder, object{}, nil), 400, "order", "Missing required field: orderId")
	})
}

func TestCancelOrderWaitsForThePayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.MustOpen(t)
	order := w.MustPlace(t, session)
	if err := w.Core.Pay(t.Context(), paytest.Card(session, "v", order.Turn, lostAnswer)); err != nil {
		t.Fatal(err)
	}
	mustTell(t, w.client(pay.Test).Call(t.Context(), cancelOrder, object{"orderId": string(order.ID)}, nil), 400, "order",
		"Order cannot be canceled while a payment is under way")
}

func TestPreviewTrial(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := string(w.MustOpen(t).ID)
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	var out struct {
		IsEligible *bool  `json:"isEligible"`
		TrialDays  *int64 `json:"trialDays"`
	}
	if err := visitor.Call(t.Context(), previewTrial, object{"checkoutSessionId": session}, &out); err != nil {
		t.Fatal(err)
	}
	if out.IsEligible == nil || *out.IsEligible || out.TrialDays != nil {
		t.Errorf("a one-time product answers %+v", out)
	}
	mustTell(t, visitor.Call(t.Context(), previewTrial, object{}, nil), 400, "order", "Missing required field: checkoutSessionId")
	mustTell(t, visitor.Call(t.Context(), previewTrial, object{"checkoutSessionId": noSession}, nil), 404, "order", "Checkout session not found")
	w.Clock.Advance(pay.DefaultSessionLife)
	mustTell(t, visitor.Call(t.Context(), previewTrial, object{"checkoutSessionId": session}, nil), 404, "order", "Checkout session not found or expired")
}
