package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/config"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// sold is a sale of each dialect, by every name that it has there.
type sold struct {
	pancake, wayl, waypay, diddo map[string]string
}

// TestFourDialectsAtOnce sells in one store through every API, and tells them
// apart in everything but the ledger and the log, which are one.
func TestFourDialectsAtOnce(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newBazaar(t, where)
		how := "IBAN DE00 1234" // so that live sales have a way to be paid
		if _, err := s.server.Operator().SetStore(t.Context(), operator.SetStoreIn{
			Store: s.made.StoreID, Fees: []string{"PKR 2.5% + 10", "IQD 3%"}, FeeName: "Gold", ManualInstructions: &how,
		}); err != nil {
			t.Fatal(err)
		}
		product := s.mustCall(t, pay.Test, "onetime-product/create-product", object{
			"storeId": s.made.StoreID, "name": "Guide", "prices": object{"USD": object{"amount": "29.00", "taxCategory": "ebook"}},
		})["product"].(object)["id"].(string)
		made := sold{
			pancake: s.sellPancake(t, product), wayl: s.sellWayl(t), waypay: s.sellWaypay(t), diddo: s.sellDiddo(t, product),
		}
		s.sellWithCallback(t)
		s.refundWayl(t, made)
		s.refundWaypay(t, made)
		s.refundPancake(t, made)
		s.keepIDsApart(t, made)
		s.keepWebhooksApart(t)
		s.keepKeysApart(t, made)
		s.keepModesApart(t, made, product)
		s.keepStoresApart(t, made)
		s.mustVerify(t)
		s.mustLogOnce(t)
		mustStop(t, s.server)
		s.mustHearNothing(t)
		s.mustBalance(t)
		// One more is the till's own webhook, and each was taken at once.
		told := s.mustQuery(t, `SELECT state || ' ' || attempts, COUNT(*) FROM webhook_deliveries GROUP BY state, attempts LIMIT 100`)
		if want := map[string]int64{"succeeded 1": 15}; fmt.Sprint(told) != fmt.Sprint(want) {
			t.Errorf("the deliveries are %v, want %v", told, want)
		}
		s.mustVerify(t)
	})
}

func (s *bazaar) sellPancake(t *testing.T, product string) map[string]string {
	t.Helper()
	opened := s.mustCall(t, pay.Test, "checkout/create-session", object{"productId": product, "currency": "USD"})
	paid := s.mustPay(t, opened["checkoutUrl"].(string), object{"email": "b@example.com", "country": "DE"})
	told := s.mustHear(t, map[string]int{hearsPancake: 1})[hearsPancake][0]
	if told["eventType"] != "order.completed" || told["data"].(object)["orderId"] != paid["orderId"] {
		t.Errorf("Pancake's webhook is %v", told)
	}
	if own := s.mustReceive(t); own["orderId"] != paid["orderId"] { // the till's own
		t.Errorf("the other endpoint is told %v", own)
	}
	return map[string]string{
		"session": opened["sessionId"].(string), "order": paid["orderId"].(string), "payment": paid["paymentId"].(string), "product": product,
	}
}

func (s *bazaar) sellWayl(t *testing.T) map[string]string {
	t.Helper()
	made := s.wayl(t, s.made.Wayl.Token, http.MethodPost, "/links", object{
		"env": "test", "referenceId": "W1", "total": 10000, "currency": "IQD", "webhookUrl": s.url + hearsWayl, "webhookSecret": waylLinkSecret,
	}).wants(t, http.StatusCreated)["data"].(object)
	paid := s.mustPay(t, made["url"].(string), object{"name": "A Buyer", "phone": "07501234567", "city": "iraq_baghdad", "address1": "1 Street"})
	told := s.mustHear(t, map[string]int{hearsWayl: 1})[hearsWayl][0]
	if told["event"] != "order.created" || told["referenceId"] != "W1" || told["id"] != made["id"] || told["commission"] != 300.0 {
		t.Errorf("Wayl's webhook is %v", told)
	}
	return map[string]string{
		"reference": "W1", "link": made["id"].(string), "code": made["code"].(string), "page": made["url"].(string),
		"session": paid["sessionId"].(string), "order": paid["orderId"].(string), "payment": paid["paymentId"].(string),
	}
}

// openWaypay makes an intent and says what became of its page.
func (s *bazaar) openWaypay(t *testing.T, reference string, more object) object {
	t.Helper()
	in := object{"amount": 1000, "currency": "PKR", "description": "Product Purchase", "orderRef": object{"orderRef": reference}}
	for name, value := range more {
		in[name] = value
	}
	return s.waypay(t, s.made.Waypay.Test.APIKey, http.MethodPost, "/Payment/initiate-checkout", signWaypay(s.made.Waypay.Test.SecretKey, in)).
		wants(t, http.StatusOK)
}

func (s *bazaar) sellWaypay(t *testing.T) map[string]string {
	t.Helper()
	made := s.openWaypay(t, "P1", nil)
	paid := s.mustPay(t, made["checkoutUrl"].(string), nil)
	told := s.mustHear(t, map[string]int{hearsWaypay: 1})[hearsWaypay]
	seen := s.waypay(t, s.made.Waypay.Test.APIKey, http.MethodGet, "/Transaction/by-ref/P1", nil).wants(t, http.StatusOK)
	last := told[len(told)-1]["data"].(object)
	if last["CurrentStatus"] != "Completed" || last["TransactionId"] != seen["id"] || last["TransactionReference"] != seen["txnRef"] {
		t.Errorf("Waypay's webhook is %v", told)
	}
	wantMembers(t, "the transaction", seen, object{
		"fee": 35.0, "netAmount": 965.0, "statusText": "Completed", "appliedFeeRuleName": "Gold",
		"feeCalculationBreakdown": "2.5% of 1000.00 + 10.00 = 35.00",
	})
	return map[string]string{
		"reference": "P1", "intent": made["paymentIntentId"].(string), "transaction": seen["id"].(string), "txnRef": seen["txnRef"].(string),
		"page": made["checkoutUrl"].(string), "session": paid["sessionId"].(string), "order": paid["orderId"].(string), "payment": paid["paymentId"].(string),
	}
}

// sellWithCallback sells an intent that brings its own address, which is told
// instead of the registered one.
func (s *bazaar) sellWithCallback(t *testing.T) {
	t.Helper()
	made := s.openWaypay(t, "P2", object{"callbackUrl": s.url + hearsCallback})
	s.mustPay(t, made["checkoutUrl"].(string), nil)
	told := s.mustHear(t, map[string]int{hearsCallback: 1})[hearsCallback]
	if last := told[len(told)-1]["data"].(object); last["CurrentStatus"] != "Completed" || !strings.Contains(last["OrderRef"].(string), `"P2"`) {
		t.Errorf("the callback is told %v", told)
	}
}

func (s *bazaar) sellDiddo(t *testing.T, product string) map[string]string {
	t.Helper()
	key := s.made.Diddo.Test.APIKey
	template := s.diddo(t, key, http.MethodPost, "/cart/add", object{"item": object{"variant_id": product, "quantity": 2}}).
		wants(t, http.StatusOK)["cart"].(object)["id"].(string)
	begun := s.diddo(t, key, http.MethodPost, "/checkout/begin/"+template, nil).wants(t, http.StatusOK)
	paid := s.mustPay(t, begun["url"].(string), object{
		"email": "b@example.com", "firstName": "A", "lastName": "Buyer", "name": "A Buyer", "phone": "+12125550100",
		"address1": "1 Street", "city": "Berlin", "postcode": "10115", "country": "DE",
	})
	told := s.mustHear(t, map[string]int{hearsDiddo: 4})[hearsDiddo]
	types := map[any]bool{}
	for _, one := range told {
		types[one["type"]] = true
		if one["data"].(object)["cart_id"] != begun["cart_id"] || one["livemode"] != false {
			t.Errorf("Diddo's webhook is %v", one)
		}
	}
	for _, event := range []string{"checkout.initialized", "checkout.in_progress", "checkout.succeeded", "order.submitted"} {
		if !types[event] {
			t.Errorf("nobody is told of %s: %v", event, told)
		}
	}
	return map[string]string{
		"template": template, "cart": begun["cart_id"].(string), "checkout": begun["checkout_id"].(string), "page": begun["url"].(string),
		"session": paid["sessionId"].(string), "order": paid["orderId"].(string), "payment": paid["paymentId"].(string),
	}
}

const whyRefund = "The buyer sent the goods back, unopened and in time, and the shop agreed to return the whole amount to him at once."

// mustDecide has the operator decide the refund that waits.
func (s *bazaar) mustDecide(t *testing.T, approve bool) pay.RefundID {
	t.Helper()
	waiting, err := s.server.Operator().ListRefunds(t.Context(), operator.ListRefundsIn{Store: s.made.StoreID, State: pay.RefundRequested})
	if err != nil || len(waiting.Refunds) != 1 {
		t.Fatalf("%+v wait, %v", waiting, err)
	}
	decided, err := s.server.Operator().DecideRefund(t.Context(), operator.DecideRefundIn{
		Refund: waiting.Refunds[0].ID, Approve: approve, By: "Ann", Note: "Because",
	})
	if err != nil {
		t.Fatal(err)
	}
	return decided.ID
}

func (s *bazaar) refundWayl(t *testing.T, of sold) {
	t.Helper()
	made := s.wayl(t, s.made.Wayl.Token, http.MethodPost, "/refunds", object{
		"referenceId": of.wayl["reference"], "reason": whyRefund, "amount": 10000,
	}).wants(t, http.StatusCreated)["data"].(object)
	of.wayl["coreRefund"] = string(s.mustDecide(t, true))
	told := s.mustHear(t, map[string]int{hearsWayl: 1})[hearsWayl][0]
	if told["event"] != "order.updated" || told["paymentStatus"] != "Returned" {
		t.Errorf("Wayl's webhook of a refund is %v", told)
	}
	of.wayl["refund"] = made["id"].(string)
	seen := s.wayl(t, s.made.Wayl.Token, http.MethodGet, "/refunds/"+of.wayl["refund"], nil).wants(t, http.StatusOK)["data"].(object)
	if seen["status"] != "Refunded" {
		t.Errorf("the refund is %v", seen)
	}
}

// refundWaypay asks twice: the operator rejects the first and approves the second.
func (s *bazaar) refundWaypay(t *testing.T, of sold) {
	t.Helper()
	key := s.made.Waypay.Test
	for i, approve := range []bool{false, true} {
		made := s.waypay(t, key.APIKey, http.MethodPost, "/Refunds", signWaypay(key.SecretKey, object{
			"trxnRef": of.waypay["txnRef"], "reason": "Customer requested refund",
		})).wants(t, http.StatusOK)
		of.waypay["refund"] = made["id"].(string)
		of.waypay["coreRefund"] = string(s.mustDecide(t, approve))
		told := s.mustHear(t, map[string]int{hearsWaypay: 2})[hearsWaypay]
		statuses := map[any]bool{}
		for _, one := range told {
			statuses[one["data"].(object)["CurrentStatus"]] = true
		}
		if last := []string{"Completed", "Refunded"}[i]; !statuses["RefundRequested"] || !statuses[last] {
			t.Errorf("of a refund whose approval is %v, Waypay's webhooks are %v", approve, told)
		}
	}
	seen := s.waypay(t, key.APIKey, http.MethodGet, "/Refunds/"+of.waypay["refund"], nil).wants(t, http.StatusOK)
	if seen["status"] != 3.0 {
		t.Errorf("the refund is %v", seen)
	}
}

func (s *bazaar) refundPancake(t *testing.T, of sold) {
	t.Helper()
	if _, err := s.server.Operator().CreateRefund(t.Context(), operator.CreateRefundIn{
		Payment: pay.PaymentID(of.pancake["payment"]), Reason: "sent back", By: "Ann",
	}); err != nil {
		t.Fatal(err)
	}
	if told := s.mustHear(t, map[string]int{hearsPancake: 1})[hearsPancake][0]; told["eventType"] != "refund.succeeded" {
		t.Errorf("Pancake's webhook of a refund is %v", told)
	}
}

// keepIDsApart asks each dialect for the other three's.
func (s *bazaar) keepIDsApart(t *testing.T, made sold) {
	t.Helper()
	others := map[string][]map[string]string{
		"pancake": {made.wayl, made.waypay, made.diddo}, "wayl": {made.pancake, made.waypay, made.diddo},
		"waypay": {made.pancake, made.wayl, made.diddo}, "diddo": {made.pancake, made.wayl, made.waypay},
	}
	for dialect, foreign := range others {
		for _, names := range foreign {
			for what, name := range names {
				s.mustNotFind(t, dialect, what, url.PathEscape(name))
			}
		}
	}
	// A refund has one id in the core, which each dialect spells in its way.
	spelled, err := link.RefundIDOf(pay.RefundID(made.waypay["coreRefund"]))
	if err != nil {
		t.Fatal(err)
	}
	s.mustNotFind(t, "wayl", "refund", string(spelled))
	s.wayl(t, s.made.Wayl.Token, http.MethodDelete, "/refunds/"+string(spelled)+"/cancel", nil).isRefused(t, http.StatusNotFound)
	bits, err := id.Parse(id.Refund, made.wayl["coreRefund"])
	if err != nil {
		t.Fatal(err)
	}
	s.mustNotFind(t, "waypay", "refund", bits.String())
	s.waypay(t, s.made.Waypay.Test.APIKey, http.MethodPost, "/Refunds/"+bits.String()+"/cancel", nil).isRefused(t, http.StatusNotFound)
	// A page is behind the door of its own dialect alone.
	for page, foreign := range map[string]string{
		"/diddo/checkout/" + made.wayl["code"]:                "Wayl's link",
		"/diddo/checkout/" + lastSegment(made.waypay["page"]): "Waypay's intent",
		"/pay/" + made.diddo["cart"]:                          "Diddo's cart",
		"/store/acme/checkout/" + made.wayl["session"]:        "Wayl's session",
		"/store/acme/checkout/" + made.waypay["session"]:      "Waypay's session",
		"/store/acme/checkout/" + made.diddo["session"]:       "Diddo's session",
	} {
		if got := s.ask(t, http.MethodGet, page, map[string]string{"Accept": "application/json"}, nil); got.status != http.StatusNotFound {
			t.Errorf("%s is behind %s: %d", foreign, page, got.status)
		}
	}
}

// keepWebhooksApart has Diddo and Pancake, which register addresses, look for
// those of the others.
func (s *bazaar) keepWebhooksApart(t *testing.T) {
	t.Helper()
	key := s.made.Diddo.Test.APIKey
	for path, hook := range s.hookID {
		if path != hearsDiddo {
			s.diddo(t, key, http.MethodGet, "/webhook/"+hook, nil).isRefused(t, http.StatusNotFound)
			s.diddo(t, key, http.MethodGet, "/webhook/"+hook+"/deliveries", nil).isRefused(t, http.StatusNotFound)
			s.diddo(t, key, http.MethodPut, "/webhook/"+hook, object{"active": false}).isRefused(t, http.StatusNotFound)
			s.diddo(t, key, http.MethodDelete, "/webhook/"+hook, nil).isRefused(t, http.StatusNotFound)
		}
		if path != hearsPancake {
			for _, action := range []string{"store/update-webhook", "store/remove-webhook"} {
				in := object{"storeId": s.made.StoreID, "webhookId": hook, "id": hook, "testMode": true}
				if status := s.pancake(t, pay.Test, action, in); status != http.StatusNotFound {
					t.Errorf("Pancake's %s of the webhook of %s: %d", action, path, status)
				}
			}
		}
	}
	if list := s.diddo(t, key, http.MethodGet, "/webhook", nil).wants(t, http.StatusOK); list["total"] != 1.0 {
		t.Errorf("Diddo lists %v", list)
	}
}

func lastSegment(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// mustNotFind asks a dialect for another's name. Diddo and Pancake refuse what
// can be no id of theirs before they look for it.
func (s *bazaar) mustNotFind(t *testing.T, dialect, what, name string) {
	t.Helper()
	if what == "page" || what == "product" { // an address; and what all sell
		return
	}
	switch dialect {
	case "wayl":
		s.wayl(t, s.made.Wayl.Token, http.MethodGet, "/links/"+name, nil).isRefused(t, http.StatusNotFound)
		s.wayl(t, s.made.Wayl.Token, http.MethodPost, "/links/"+name+"/invalidate", nil).isRefused(t, http.StatusNotFound)
		s.wayl(t, s.made.Wayl.Token, http.MethodGet, "/refunds/"+name, nil).isRefused(t, http.StatusNotFound)
	case "waypay":
		key := s.made.Waypay.Test
		s.waypay(t, key.APIKey, http.MethodGet, "/Transaction/by-ref/"+name, nil).isRefused(t, http.StatusNotFound)
		s.waypay(t, key.APIKey, http.MethodGet, "/Transaction/"+name, nil).isRefused(t, http.StatusNotFound)
		s.waypay(t, key.APIKey, http.MethodGet, "/Refunds/"+name, nil).isRefused(t, http.StatusNotFound)
		s.waypay(t, key.APIKey, http.MethodPost, "/Refunds", signWaypay(key.SecretKey, object{"trxnRef": name})).isRefused(t, http.StatusNotFound)
	case "diddo":
		for _, path := range []string{"/cart/", "/cart/status/", "/cart/shipping-rates/"} {
			s.diddo(t, s.made.Diddo.Test.APIKey, http.MethodGet, path+name, nil).isRefused(t, http.StatusNotFound, http.StatusBadRequest)
		}
	case "pancake":
		for action, in := range map[string]object{
			"order": {"orderId": name},
			"session": {
				"checkoutSessionId": name, "buyerEmail": "b@example.com", "billingDetail": object{"country": "DE", "isBusiness": false},
			},
		} {
			path := map[string]string{"order": "onetime-order/cancel-order", "session": "onetime-order/create-order"}[action]
			if status := s.pancake(t, pay.Test, path, in); status != http.StatusNotFound && (action == what || status != http.StatusBadRequest) {
				t.Errorf("Pancake's %s of the %s %s: %d", path, what, name, status)
			}
		}
	}
}

// keepKeysApart uses each credential where it does not belong.
func (s *bazaar) keepKeysApart(t *testing.T, made sold) {
	t.Helper()
	wayl, waypay, diddo := s.made.Wayl.Token, s.made.Waypay.Test.APIKey, s.made.Diddo.Test.APIKey
	for _, key := range []string{waypay, diddo, s.made.Waypay.Test.SecretKey, string(s.made.MerchantID)} {
		s.wayl(t, key, http.MethodGet, "/links/"+made.wayl["reference"], nil).isRefused(t, http.StatusUnauthorized)
	}
	for _, key := range []string{wayl, diddo, s.made.Waypay.Test.SecretKey} {
		s.waypay(t, key, http.MethodGet, "/Transaction/by-ref/"+made.waypay["reference"], nil).isRefused(t, http.StatusUnauthorized)
	}
	for _, key := range []string{wayl, waypay} {
		s.diddo(t, key, http.MethodGet, "/cart/"+made.diddo["cart"], nil).isRefused(t, http.StatusUnauthorized)
	}
	for _, key := range []string{wayl, waypay, diddo} {
		s.ask(t, http.MethodPost, "/v1/actions/onetime-order/cancel-order", map[string]string{
			"Authorization": "Bearer " + key, "X-Environment": "test",
		}, object{"orderId": made.pancake["order"]}).isRefused(t, http.StatusUnauthorized)
	}
}

// keepModesApart makes an object of the live environment in every dialect.
func (s *bazaar) keepModesApart(t *testing.T, made sold, product string) {
	t.Helper()
	live := s.made.Waypay.Live
	s.waypay(t, live.APIKey, http.MethodPost, "/Payment/initiate-checkout", signWaypay(live.SecretKey, object{
		"amount": 500, "currency": "PKR", "description": "Live", "orderRef": object{"orderRef": "L1"},
	})).wants(t, http.StatusOK)
	s.waypay(t, live.APIKey, http.MethodGet, "/Transaction/by-ref/L1", nil).wants(t, http.StatusOK)
	s.waypay(t, s.made.Waypay.Test.APIKey, http.MethodGet, "/Transaction/by-ref/L1", nil).isRefused(t, http.StatusNotFound)
	for _, name := range []string{"reference", "intent", "transaction", "txnRef"} {
		s.waypay(t, live.APIKey, http.MethodGet, "/Transaction/by-ref/"+made.waypay[name], nil).isRefused(t, http.StatusNotFound)
	}
	s.waypay(t, live.APIKey, http.MethodPost, "/Refunds", signWaypay(live.SecretKey, object{"trxnRef": made.waypay["txnRef"]})).isRefused(t, http.StatusNotFound)
	// The test secret is none of the live key's.
	s.waypay(t, live.APIKey, http.MethodPost, "/Refunds", signWaypay(s.made.Waypay.Test.SecretKey, object{"trxnRef": made.waypay["txnRef"]})).
		isRefused(t, http.StatusUnauthorized)

	s.mustCall(t, pay.Prod, "onetime-product/publish-product", object{"id": product})
	cart := s.diddo(t, s.made.Diddo.Live.APIKey, http.MethodPost, "/cart/add", object{"item": object{"variant_id": product}}).
		wants(t, http.StatusOK)["cart"].(object)["id"].(string)
	s.diddo(t, s.made.Diddo.Test.APIKey, http.MethodGet, "/cart/"+cart, nil).isRefused(t, http.StatusNotFound)
	s.diddo(t, s.made.Diddo.Live.APIKey, http.MethodGet, "/cart/"+made.diddo["cart"], nil).isRefused(t, http.StatusNotFound)
	if hooks := s.diddo(t, s.made.Diddo.Live.APIKey, http.MethodGet, "/webhook", nil).wants(t, http.StatusOK); hooks["total"] != 0.0 {
		t.Errorf("the live key sees %v", hooks)
	}

	session := s.mustCall(t, pay.Prod, "checkout/create-session", object{"productId": product, "currency": "USD"})["sessionId"].(string)
	for env, in := range map[pay.Env]object{
		pay.Test: {"checkoutSessionId": session}, pay.Prod: {"checkoutSessionId": made.pancake["session"]},
	} {
		in["buyerEmail"], in["billingDetail"] = "b@example.com", object{"country": "DE", "isBusiness": false}
		if status := s.pancake(t, env, "onetime-order/create-order", in); status != http.StatusNotFound {
			t.Errorf("the %s key orders in the other environment: %d", env, status)
		}
	}
	if status := s.pancake(t, pay.Prod, "onetime-order/cancel-order", object{"orderId": made.pancake["order"]}); status != http.StatusNotFound {
		t.Errorf("the live key cancels an order of the test environment: %d", status)
	}

	// Wayl has one token for both, and one row of references.
	s.wayl(t, s.made.Wayl.Token, http.MethodPost, "/links", object{
		"env": "live", "referenceId": "L1", "total": 10000, "currency": "IQD",
	}).wants(t, http.StatusCreated)
	s.wayl(t, s.made.Wayl.Token, http.MethodPost, "/links", object{
		"env": "live", "referenceId": made.wayl["reference"], "total": 10000, "currency": "IQD",
	}).isRefused(t, http.StatusConflict)
}

// keepStoresApart asks with the keys of another store.
func (s *bazaar) keepStoresApart(t *testing.T, made sold) {
	t.Helper()
	other, err := s.server.Operator().Setup(t.Context(), operator.SetupIn{Email: "other@example.com", StoreName: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	mine := s.made
	s.made = other
	defer func() { s.made = mine }()
	for _, name := range []string{"reference", "link", "code"} {
		s.mustNotFind(t, "wayl", name, made.wayl[name])
	}
	s.mustNotFind(t, "wayl", "refund", made.wayl["refund"])
	s.wayl(t, other.Wayl.Token, http.MethodPost, "/refunds", object{
		"referenceId": made.wayl["reference"], "reason": whyRefund, "amount": 1000,
	}).isRefused(t, http.StatusNotFound)
	for _, name := range []string{"reference", "intent", "transaction", "txnRef", "refund"} {
		s.mustNotFind(t, "waypay", name, made.waypay[name])
	}
	for _, name := range []string{"template", "cart"} {
		s.mustNotFind(t, "diddo", name, made.diddo[name])
		s.diddo(t, other.Diddo.Test.APIKey, http.MethodPost, "/checkout/begin/"+made.diddo[name], nil).
			isRefused(t, http.StatusNotFound, http.StatusBadRequest)
	}
	if list := s.wayl(t, other.Wayl.Token, http.MethodGet, "/links", nil).wants(t, http.StatusOK)["data"].([]any); len(list) != 0 {
		t.Errorf("another store's token sees %v", list)
	}
	if hooks := s.diddo(t, other.Diddo.Test.APIKey, http.MethodGet, "/webhook", nil).wants(t, http.StatusOK); hooks["total"] != 0.0 {
		t.Errorf("another store's key sees %v", hooks)
	}
	// The same names are free there.
	s.openWaypay(t, made.waypay["reference"], nil)
	s.wayl(t, other.Wayl.Token, http.MethodPost, "/links", object{
		"env": "test", "referenceId": made.wayl["reference"], "total": 10000, "currency": "IQD",
	}).wants(t, http.StatusCreated)
}

// mustLogOnce finds what every address was told in one log.
func (s *bazaar) mustLogOnce(t *testing.T) {
	t.Helper()
	page, err := s.server.Operator().WebhookLog(t.Context(), operator.WebhookLogIn{Store: s.made.StoreID, Environment: "test", Limit: 100})
	if err != nil || page.Next != "" {
		t.Fatalf("%+v, %v", page, err)
	}
	got := map[string]int{}
	for _, one := range page.Deliveries {
		if at, mine := strings.CutPrefix(one.URL, s.url); mine {
			got[at]++
		}
	}
	want := map[string]int{hearsPancake: 2, hearsWayl: 2, hearsWaypay: 5, hearsCallback: 1, hearsDiddo: 4}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
}

// mustBalance reads the one ledger: every currency sums to nothing, and the
// platform keeps what the rules say, also of what went back.
func (s *bazaar) mustBalance(t *testing.T) {
	t.Helper()
	sums := s.mustQuery(t, `SELECT currency, CAST(SUM(amount) AS BIGINT) FROM ledger_entries GROUP BY currency LIMIT 100`)
	if want := map[string]int64{"IQD": 0, "PKR": 0, "USD": 0}; fmt.Sprint(sums) != fmt.Sprint(want) {
		t.Errorf("the ledger sums to %v, want %v", sums, want)
	}
	orders := s.mustQuery(t, `SELECT dialect, COUNT(*) FROM orders WHERE status = 'completed' GROUP BY dialect LIMIT 100`)
	if want := map[string]int64{"": 1, "diddo": 1, "wayl": 1, "waypay": 2}; fmt.Sprint(orders) != fmt.Sprint(want) {
		t.Errorf("the completed orders are %v, want %v", orders, want)
	}
	fees := s.mustQuery(t, `SELECT currency, CAST(SUM(amount) AS BIGINT) FROM ledger_entries WHERE account = 'fees/platform' AND store_id = $1
GROUP BY currency LIMIT 100`, string(s.made.StoreID))
	if want := map[string]int64{"IQD": -300_000, "PKR": -2 * 3_500}; fmt.Sprint(fees) != fmt.Sprint(want) {
		t.Errorf("the fees are %v, want %v", fees, want)
	}
}
