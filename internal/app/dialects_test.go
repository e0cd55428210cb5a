package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
)

// letter is a webhook as it came.
type letter struct {
	path   string
	header http.Header
	body   []byte
}

// mixed is a store that sells through every dialect at once.
type mixed struct {
	*till
	hook    string // of its receiver, without a path
	letters chan letter
	secret  string // of the Diddo subscription
}

func newMixed(t *testing.T, where config.Data) *mixed {
	t.Helper()
	s := &mixed{till: newTill(t, where), letters: make(chan letter, 64)}
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		s.letters <- letter{r.URL.Path, r.Header.Clone(), body}
	}))
	t.Cleanup(receiver.Close)
	s.hook = receiver.URL
	if _, err := s.server.Operator().SetStore(t.Context(), operator.SetStoreIn{
		Store: s.made.StoreID, Fees: []string{"IQD 3%", "PKR 2.5% + 10"}, FeeName: "Standard",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.Operator().AddWebhook(t.Context(), operator.AddWebhookIn{
		Store: s.made.StoreID, Environment: "test", Dialect: "waypay", URL: s.hook + "/waypay",
	}); err != nil {
		t.Fatal(err)
	}
	subscribed := s.mustSend(t, http.StatusCreated, http.MethodPost, "/diddo/webhook", s.bearer(), object{
		"url": s.hook + "/diddo", "events": []string{"checkout.initialized", "checkout.in_progress", "checkout.succeeded", "order.submitted"},
	})
	s.secret = subscribed["secret"].(string)
	return s
}

func (s *mixed) bearer() http.Header {
	return http.Header{"Authorization": {"Bearer " + s.made.Diddo.Test.APIKey}}
}

func (s *mixed) token() http.Header {
	return http.Header{"X-Wayl-Authentication": {s.made.Wayl.Token}}
}

func (s *mixed) key() http.Header { return http.Header{"Swich-Api-Key": {s.made.Waypay.Test.APIKey}} }

// mustSend makes a call and reads the object that it is answered with.
func (s *mixed) mustSend(t *testing.T, want int, method, path string, header http.Header, in object) (out object) {
	t.Helper()
	status, body := s.send(t, method, path, header, in)
	if status != want {
		t.Fatalf("%s %s: %d %s, want %d", method, path, status, body, want)
	}
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("%s %s: %s", method, path, body)
	}
	return out
}

func (s *mixed) send(t *testing.T, method, path string, header http.Header, in object) (status int, body []byte) {
	t.Helper()
	var text []byte
	if in != nil {
		var err error
		if text, err = json.Marshal(in); err != nil {
			t.Fatal(err)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	request.Header.Set("Content-Type", "application/json")
	response, err := s.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}

// mustBuy walks a checkout's page with details and a good card.
func (s *mixed) mustBuy(t *testing.T, page string, details object) {
	t.Helper()
	buyer := s.newShopper(t, page)
	if details != nil {
		buyer.mustPost(t, "details", details)
	}
	paid := buyer.mustPost(t, "pay", object{
		"method": "card", "number": "4242424242424242", "expiry": "12/34", "cvc": "123", "turn": buyer.mustLook(t)["turn"],
	})
	if paid["state"] != "paid" {
		t.Fatalf("%s: %v", page, paid)
	}
}

// mustReadMail waits for so many webhooks, verifies each as its dialect's
// documentation says, and lists them.
func (s *mixed) mustReadMail(t *testing.T, count int) (read []string) {
	t.Helper()
	for len(read) < count {
		select {
		case got := <-s.letters:
			var body object
			if err := json.Unmarshal(got.body, &body); err != nil {
				t.Fatalf("%s: %s", got.path, got.body)
			}
			read = append(read, got.path+" "+s.told(t, got, body))
		case <-time.After(30 * time.Second): // only a failing test waits so long
			t.Fatalf("after %q no webhook came", read)
		}
	}
	slices.Sort(read)
	return read
}

// told is what a webhook says, once its signature has been checked.
func (s *mixed) told(t *testing.T, got letter, body object) string {
	t.Helper()
	signed := func(secret, message string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(message))
		return hex.EncodeToString(mac.Sum(nil))
	}
	var says, want, have string
	switch {
	case strings.HasPrefix(got.path, "/wayl"):
		says = body["event"].(string) + " " + body["paymentStatus"].(string)
		want, have = signed("1234567890", string(got.body)), got.header.Get("X-Wayl-Signature-256")
	case strings.HasPrefix(got.path, "/waypay"):
		data := body["data"].(object)
		says = data["PreviousStatus"].(string) + " " + data["CurrentStatus"].(string)
		stamp := got.header.Get("X-Waypay-Timestamp")
		want, have = signed(s.made.Waypay.Test.SecretKey, stamp+"."+string(got.body)), got.header.Get("X-Waypay-Signature")
	default:
		says = body["type"].(string)
		stamp, signature, _ := strings.Cut(got.header.Get("X-Diddo-Signature"), ",v1=")
		want, have = signed(s.secret, strings.TrimPrefix(stamp, "t=")+"."+string(got.body)), signature
	}
	if want != have {
		t.Errorf("%s %s is signed %q, want %q", got.path, says, have, want)
	}
	return says
}

func (s *mixed) mustInitiate(t *testing.T, reference, callback string) (page string) {
	t.Helper()
	in, base := object{"amount": json.Number("1000"), "description": "Shoes", "orderRef": object{"orderRef": reference}}, "amount=1000&"
	if callback != "" {
		in["callbackUrl"], base = callback, base+"callbackurl="+callback+"&"
	}
	sum := md5.Sum([]byte(base + "description=Shoes" + s.made.Waypay.Test.SecretKey))
	in["signature"] = hex.EncodeToString(sum[:])
	return s.mustSend(t, http.StatusOK, http.MethodPost, "/Gateway/v1/Payment/initiate-checkout", s.key(), in)["checkoutUrl"].(string)
}

func TestAStoreSellsThroughEveryDialectAtOnce(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newMixed(t, where)

		_, page := s.mustOpen(t, "test", "USD", "29.00")
		s.mustBuy(t, page, object{"email": "ann@example.com", "country": "DE"})
		if data := s.mustReceive(t); data["amount"] != "29.00" {
			t.Errorf("Pancake's webhook is of %v", data)
		}

		link := s.mustSend(t, http.StatusCreated, http.MethodPost, "/api/v1/links", s.token(), object{
			"env": "test", "referenceId": "W1", "total": 10000, "currency": "IQD", "webhookUrl": s.hook + "/wayl", "webhookSecret": "1234567890",
		})["data"].(object)
		s.mustBuy(t, link["url"].(string), object{"name": "Ali", "phone": "07501234567", "city": "iraq_baghdad", "address1": "Street 1"})

		s.mustBuy(t, s.mustInitiate(t, "P1", ""), nil)
		s.mustBuy(t, s.mustInitiate(t, "P2", s.hook+"/waypay-callback"), nil)

		product := s.mustCall(t, "test", "onetime-product/create-product", object{
			"storeId": s.made.StoreID, "name": "Shirt", "prices": object{"USD": object{"amount": "12.00", "taxCategory": "ebook"}},
		})["product"].(object)
		cart := s.mustSend(t, http.StatusOK, http.MethodPost, "/diddo/cart/add", s.bearer(), object{
			"item": object{"variant_id": product["id"], "quantity": 2},
		})["cart"].(object)
		begun := s.mustSend(t, http.StatusOK, http.MethodPost, "/diddo/checkout/begin/"+cart["id"].(string), s.bearer(), nil)
		s.mustBuy(t, begun["url"].(string), object{
			"email": "ann@example.com", "firstName": "Ann", "lastName": "Lee", "address1": "1 Road", "city": "Town", "country": "US",
		})

		want := []string{
			"/diddo checkout.in_progress", "/diddo checkout.initialized", "/diddo checkout.succeeded", "/diddo order.submitted",
			"/wayl order.created Paid", "/waypay Pending Completed", "/waypay-callback Pending Completed",
		}
		if got := s.mustReadMail(t, len(want)); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
		s.wantStrangers(t)
		s.wantRefunds(t)

		mustStop(t, s.server)
		s.mustVerify(t)
		fees := s.mustQuery(t, `SELECT currency, CAST(SUM(amount) AS BIGINT) FROM ledger_entries WHERE account = 'fees/platform' GROUP BY currency`)
		if fees["IQD"] != -300_000 || fees["PKR"] != -2*3500 || len(fees) != 2 {
			t.Errorf("the platform was paid %v", fees)
		}
		log := s.mustQuery(t, `SELECT state, COUNT(*) FROM webhook_deliveries GROUP BY state`)
		if log["succeeded"] != int64(len(want)+1+3) || len(log) != 1 {
			t.Errorf("the one log of deliveries has %v", log)
		}
		kept := s.mustQuery(t, `SELECT dialect, COUNT(*) FROM orders WHERE status = 'completed' GROUP BY dialect`)
		if kept[""] != 1 || kept["wayl"] != 1 || kept["waypay"] != 2 || kept["diddo"] != 1 {
			t.Errorf("completed orders: %v", kept)
		}
	})
}

// wantStrangers holds that no dialect knows another's sales or keys, and no
// environment the other's.
func (s *mixed) wantStrangers(t *testing.T) {
	t.Helper()
	live := http.Header{"Swich-Api-Key": {s.made.Waypay.Live.APIKey}}
	for path, c := range map[string]struct {
		header http.Header
		want   int
	}{
		"/api/v1/links/W1":                       {http.Header{"X-Wayl-Authentication": {s.made.Waypay.Test.APIKey}}, http.StatusUnauthorized},
		"/api/v1/links/P1":                       {s.token(), http.StatusNotFound},
		"/Gateway/v1/Transaction/by-ref/W1":      {s.key(), http.StatusNotFound},
		"/Gateway/v1/Transaction/by-ref/P1":      {live, http.StatusNotFound},
		"/Gateway/v1/Transaction/by-ref/P2":      {http.Header{"Swich-Api-Key": {s.made.Diddo.Test.APIKey}}, http.StatusUnauthorized},
		"/diddo/webhook":                         {http.Header{"Authorization": {"Bearer " + s.made.Wayl.Token}}, http.StatusUnauthorized},
		"/diddo/cart/01JHX3Z8Q2M6S7T9V0W1X2Y3Z4": {s.bearer(), http.StatusNotFound},
	} {
		if status, body := s.send(t, http.MethodGet, path, c.header, nil); status != c.want {
			t.Errorf("%s: %d %s, want %d", path, status, body, c.want)
		}
	}
}

// wantRefunds returns money through two dialects by the operator's decision.
func (s *mixed) wantRefunds(t *testing.T) {
	t.Helper()
	s.mustSend(t, http.StatusCreated, http.MethodPost, "/api/v1/refunds", s.token(), object{
		"referenceId": "W1", "reason": strings.Repeat("The book was damaged. ", 6), "amount": 10000,
	})
	txn := s.mustSend(t, http.StatusOK, http.MethodGet, "/Gateway/v1/Transaction/by-ref/P1", s.key(), nil)["txnRef"].(string)
	sum := md5.Sum([]byte("trxnref=" + txn + s.made.Waypay.Test.SecretKey))
	s.mustSend(t, http.StatusOK, http.MethodPost, "/Gateway/v1/Refunds", s.key(), object{"trxnRef": txn, "signature": hex.EncodeToString(sum[:])})
	asked, err := s.server.Operator().ListRefunds(t.Context(), operator.ListRefundsIn{})
	if err != nil || len(asked.Refunds) != 2 {
		t.Fatalf("asked for %+v, %v", asked, err)
	}
	for _, refund := range asked.Refunds {
		if _, err := s.server.Operator().DecideRefund(t.Context(), operator.DecideRefundIn{Refund: refund.ID, Approve: true, By: "Ann"}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"/wayl order.updated Returned", "/waypay Completed RefundRequested", "/waypay RefundRequested Refunded"}
	if got := s.mustReadMail(t, len(want)); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}
