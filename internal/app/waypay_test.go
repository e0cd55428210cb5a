package app_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// Waypay's paths have no case, and every answer below them is its own
// (spec/waypay.md §1, §8).
func TestWaypaysPathsAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	s := newBazaar(t, config.Data{Dir: dataDir(t)})
	key := map[string]string{"SWICH-API-Key": s.made.Waypay.Test.APIKey}
	s.openWaypay(t, "P1", nil)
	for _, path := range []string{
		"/Gateway/v1/Transaction/by-ref/P1", "/gateway/v1/transaction/by-ref/P1", "/GATEWAY/V1/TRANSACTION/BY-REF/P1", "/GateWay/v1/Transaction/By-Ref/P1",
	} {
		if found := s.ask(t, http.MethodGet, path, key, nil).wants(t, http.StatusOK); found["merchantOrderRef"] != "P1" {
			t.Errorf("%s finds %v", path, found)
		}
	}
	for _, path := range []string{"/GateWay/v1/Refunds", "/gAtEwAy/v1/refunds"} {
		told := s.ask(t, http.MethodPost, path, key, object{}).wants(t, http.StatusBadRequest)
		if told["code"] != "validation_error" {
			t.Errorf("%s: %v", path, told)
		}
	}
	for _, path := range []string{"/GateWay/v1/Nothing", "/GATEWAY/v2/Refunds", "/gateWay/", "/GateWay", "/Gateway", "/GateWay//v1/Refunds", "//GateWay/v1/Refunds"} {
		if told := s.ask(t, http.MethodPost, path, key, object{}).wants(t, http.StatusNotFound); told["code"] != "not_found" {
			t.Errorf("%s: %v", path, told)
		}
	}
	// What only begins like it is not below it.
	got := s.ask(t, http.MethodGet, "/GateWays/v1/Refunds", key, nil)
	if got.status != http.StatusNotFound || strings.Contains(string(got.text), "not_found") {
		t.Errorf("%s: %d %s", got.asked, got.status, got.text)
	}
}

// Webhooks are signed with the merchant's secret, which is one: whoever makes
// another has every webhook signed with it at once (spec/waypay.md §6).
func TestWaypaysWebhooksFollowTheSecretKey(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newBazaar(t, where)
		sell := func(reference string, more object, path string) {
			t.Helper()
			s.mustPay(t, s.openWaypay(t, reference, more)["checkoutUrl"].(string), nil)
			s.mustHear(t, map[string]int{path: 1}) // verifies
		}
		before := s.openWaypay(t, "P0", object{"callbackUrl": s.url + hearsCallback})
		sell("P1", nil, hearsWaypay)
		rotated, err := s.server.Operator().RotateStoreSecret(t.Context(), operator.RotateStoreSecretIn{
			Store: s.made.StoreID, Dialect: "waypay", Environment: pay.Test,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.made.Waypay.Test.SecretKey = rotated.SecretKey
		follows := fromWaypay(rotated.SecretKey)
		s.listen[hearsWaypay], s.listen[hearsCallback] = follows, follows
		sell("P2", nil, hearsWaypay)
		sell("P3", object{"callbackUrl": s.url + hearsCallback}, hearsCallback)
		// Also for what was asked with the secret before.
		s.mustPay(t, before["checkoutUrl"].(string), nil)
		s.mustHear(t, map[string]int{hearsCallback: 1})

		// A webhook of the store has no secret of its own.
		for _, scheme := range []string{"", "standard", "waypay"} {
			_, err = s.server.Operator().RotateWebhookSecret(t.Context(), operator.RotateWebhookSecretIn{
				Webhook: s.hookID[hearsWaypay], Scheme: webhook.Scheme(scheme),
			})
			if remedy := "tillway key rotate-secret --store " + string(s.made.StoreID); fault.CodeOf(err) != "store_signed" || !strings.Contains(fault.From(err).Hint, remedy) {
				t.Errorf("rotating its own secret to %q: %v", scheme, err)
			}
		}
		sell("P4", nil, hearsWaypay)
	})
}

// buyer is a browser at an intent's page, which follows no redirect.
type buyer struct {
	page   string
	client *http.Client
}

func (s *bazaar) newBuyer(t *testing.T, page string) buyer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return buyer{page, &http.Client{
		Jar: jar, Transport: s.http.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// mustBeLed takes a step and says where the browser is led.
func (b buyer) mustBeLed(t *testing.T, step string, fields url.Values) *url.URL {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.page+step, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	to, err := response.Location()
	if err != nil || response.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s: %d, %v", step, response.StatusCode, err)
	}
	return to
}

// However a payment ends, the customer is led to where the request said, with the
// word of the webhook (spec/waypay.md §5, §7).
func TestWaypaysCustomerIsLedBackHoweverItEnds(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := newBazaar(t, config.Data{Dir: dir})
	wallet := url.Values{"turn": {"0"}, "method": {"jazzcash"}, "phone": {"03123456789"}}
	code := func(digits string) func(t *testing.T, b buyer) *url.URL {
		return func(t *testing.T, b buyer) *url.URL {
			t.Helper()
			b.mustBeLed(t, "/pay", wallet)
			return b.mustBeLed(t, "/challenge", url.Values{"code": {digits}})
		}
	}
	for reference, c := range map[string]struct {
		status string
		end    func(t *testing.T, b buyer) *url.URL
	}{
		"FailButton": {"Failed", func(t *testing.T, b buyer) *url.URL {
			return b.mustBeLed(t, "/pay", url.Values{"turn": {"0"}, "sandbox": {"decline"}})
		}},
		"SuccessButton": {"Completed", func(t *testing.T, b buyer) *url.URL {
			return b.mustBeLed(t, "/pay", url.Values{"turn": {"0"}, "sandbox": {"approve"}})
		}},
		"CancelButton": {"Cancelled", func(t *testing.T, b buyer) *url.URL { return b.mustBeLed(t, "/cancel", nil) }},
		"RightCode":    {"Completed", code("123456")},
		"WrongCode":    {"Failed", code("000000")},
		"CancelledCode": {"Cancelled", func(t *testing.T, b buyer) *url.URL {
			b.mustBeLed(t, "/pay", wallet)
			return b.mustBeLed(t, "/challenge", url.Values{"answer": {"refuse"}})
		}},
		"CancelledInTheApp": {"Cancelled", func(t *testing.T, b buyer) *url.URL {
			return b.mustBeLed(t, "/pay", url.Values{"turn": {"0"}, "method": {"easypaisa"}, "phone": {"03001234112"}})
		}},
		"Expired": {"Expired", func(t *testing.T, b buyer) *url.URL {
			mustRunOut(t, dir, "Expired")
			return b.mustBeLed(t, "/pay", wallet)
		}},
	} {
		made := s.openWaypay(t, reference, object{"callbackUrl": s.url + hearsCallback + "?basket=7&status=mine"})
		to := c.end(t, s.newBuyer(t, made["checkoutUrl"].(string)))
		query := to.Query()
		if !strings.HasPrefix(to.String(), s.url+hearsCallback+"?basket=7&paymentIntentId=") || query.Get("status") != c.status || len(query["status"]) != 1 ||
			query.Get("paymentIntentId") != made["paymentIntentId"] || query.Get("orderRef") != reference || !strings.HasPrefix(query.Get("txnRef"), "WPAY") {
			t.Errorf("%s: led to %s", reference, to)
		}
		if c.status == "Expired" {
			continue // the timer that tells of it has its own time
		}
		told := s.mustHear(t, map[string]int{hearsCallback: 1})[hearsCallback][0]["data"].(object)
		if told["CurrentStatus"] != c.status || told["TransactionReference"] != query.Get("txnRef") {
			t.Errorf("%s: told %v", reference, told)
		}
		if seen := s.waypay(t, s.made.Waypay.Test.APIKey, http.MethodGet, "/Transaction/by-ref/"+reference, nil).wants(t, http.StatusOK); seen["statusText"] != c.status {
			t.Errorf("%s is %v", reference, seen["statusText"])
		}
	}
}

// mustRunOut ends the time of an intent's page.
func mustRunOut(t *testing.T, dir, reference string) {
	t.Helper()
	db, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteConfig{Path: dir + "/tillway.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(t.Context(), func(tx sqldb.Tx) error {
		changed, err := tx.Count(`UPDATE checkout_sessions SET expires_at = created_at WHERE external_id = $1`, reference)
		if err == nil && changed != 1 {
			t.Errorf("%d pages of %s run out", changed, reference)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever brought an address is told there of everything, and the store's own is
// told of nothing; without any, nobody is (spec/waypay.md §6).
func TestWaypaysAddresses(t *testing.T) {
	t.Parallel()
	s := newBazaar(t, config.Data{Dir: dataDir(t)})
	key := s.made.Waypay.Test
	made := s.openWaypay(t, "P1", object{"callbackUrl": s.url + hearsCallback})
	s.mustPay(t, made["checkoutUrl"].(string), nil)
	paid := s.mustHear(t, map[string]int{hearsCallback: 1})[hearsCallback][0]["data"].(object)
	s.waypay(t, key.APIKey, http.MethodPost, "/Refunds", signWaypay(key.SecretKey, object{"trxnRef": paid["TransactionReference"]})).wants(t, http.StatusOK)
	s.mustDecide(t, true)
	statuses := map[any]bool{}
	for _, one := range s.mustHear(t, map[string]int{hearsCallback: 2})[hearsCallback] {
		statuses[one["data"].(object)["CurrentStatus"]] = true
	}
	if !statuses["RefundRequested"] || !statuses["Refunded"] {
		t.Errorf("of the refund the callback is told %v", statuses)
	}
	if _, err := s.server.Operator().RemoveWebhook(t.Context(), operator.RemoveWebhookIn{Webhook: webhook.EndpointID(s.hookID[hearsWaypay])}); err != nil {
		t.Fatal(err)
	}
	s.mustPay(t, s.openWaypay(t, "P2", nil)["checkoutUrl"].(string), nil)

	// A key that was revoked opens nothing any more.
	keys, err := s.server.Operator().ListStoreKeys(t.Context(), operator.ListStoreKeysIn{Store: s.made.StoreID, Dialect: "waypay"})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range keys.Keys {
		if _, err := s.server.Operator().RevokeStoreKey(t.Context(), operator.RevokeStoreKeyIn{Key: one.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if told := s.waypay(t, key.APIKey, http.MethodGet, "/Transaction/by-ref/P2", nil).wants(t, http.StatusUnauthorized); told["code"] != "unauthorized" {
		t.Errorf("a revoked key is told %v", told)
	}
	mustStop(t, s.server)
	s.mustHearNothing(t)
	if told := s.mustQuery(t, `SELECT state, COUNT(*) FROM webhook_deliveries GROUP BY state LIMIT 100`); len(told) != 1 || told["succeeded"] != 3 {
		t.Errorf("the deliveries are %v", told)
	}
}

// The rules of egress judge a callback when it comes (spec/waypay.md §6).
func TestWaypaysCallbacksAreJudged(t *testing.T) {
	t.Parallel()
	server := mustStart(t, serverConfig(config.Data{Dir: dataDir(t)})) // without --dev
	made, err := server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	s := &bazaar{till: &till{server: server, made: made, http: &http.Client{Transport: transport}}}
	for address, keys := range map[string][]operator.WaypayKey{
		"https://10.0.0.1/hook":          {made.Waypay.Test, made.Waypay.Live},
		"https://192.168.1.1:8443/hook":  {made.Waypay.Test, made.Waypay.Live},
		"https://localhost/hook":         {made.Waypay.Test, made.Waypay.Live},
		"https://[::1]/hook":             {made.Waypay.Test, made.Waypay.Live},
		"https://169.254.169.254/latest": {made.Waypay.Test, made.Waypay.Live},
		"http://localhost:3000/hook":     {made.Waypay.Test, made.Waypay.Live},
		"http://127.0.0.1:3000/hook":     {made.Waypay.Test, made.Waypay.Live},
	} {
		for _, key := range keys {
			in := object{"amount": 1000, "currency": "PKR", "description": "Product Purchase", "orderRef": object{"orderRef": "P1"}, "callbackUrl": address}
			told := s.waypay(t, key.APIKey, http.MethodPost, "/Payment/initiate-checkout", signWaypay(key.SecretKey, in)).wants(t, http.StatusBadRequest)
			details, _ := told["details"].(object)
			if told["code"] != "validation_error" || details["field"] != "callbackUrl" || details["issue"] != "invalid_format" {
				t.Errorf("%s with %.8s: %v", address, key.APIKey, told)
			}
		}
	}
}
