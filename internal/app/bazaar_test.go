package app_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// bazaar is one store that sells in four dialects at once, and the server of
// its merchant, which has a path for the webhooks of each.
type bazaar struct {
	*till
	heard  chan told
	url    string                                        // of the merchant's server
	listen map[string]func(t *testing.T, got told) error // by path: how its documentation says that a webhook is verified
	hookID map[string]string                             // of what was registered, by path
}

// told is a webhook as it came.
type told struct {
	path   string
	header http.Header
	body   []byte
}

// The paths of the merchant's server.
const (
	hearsPancake  = "/pancake"
	hearsWayl     = "/wayl"            // comes with the link
	hearsWaypay   = "/waypay"          // registered
	hearsCallback = "/waypay-callback" // comes with the intent
	hearsDiddo    = "/diddo"
)

const waylLinkSecret = "a-secret-of-one-link"

// newBazaar registers an address with every dialect that registers any.
func newBazaar(t *testing.T, where config.Data) *bazaar {
	t.Helper()
	s := &bazaar{till: newTill(t, where), heard: make(chan told, 256)}
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		s.heard <- told{r.URL.Path, r.Header, body}
	}))
	t.Cleanup(receiver.Close)
	s.url = receiver.URL
	registered := s.mustCall(t, pay.Test, "store/add-webhook", object{
		"storeId": s.made.StoreID, "channel": "http", "url": s.url + hearsPancake, "testMode": true,
		"events": []string{"order.completed", "refund.succeeded"},
	})
	added, err := s.server.Operator().AddWebhook(t.Context(), operator.AddWebhookIn{
		Store: s.made.StoreID, Environment: "test", Dialect: "waypay", URL: s.url + hearsWaypay,
	})
	if err != nil {
		t.Fatal(err)
	}
	subscription := s.diddo(t, s.made.Diddo.Test.APIKey, http.MethodPost, "/webhook", object{
		"url": s.url + hearsDiddo,
		"events": []string{
			"checkout.initialized", "checkout.in_progress", "checkout.failed", "checkout.cancelled", "checkout.succeeded", "order.submitted",
		},
	}).wants(t, http.StatusCreated)
	s.hookID = map[string]string{
		hearsPancake: registered["webhook"].(object)["id"].(string), hearsWaypay: string(added.ID), hearsDiddo: subscription["id"].(string),
	}
	waypay := fromWaypay(s.made.Waypay.Test.SecretKey)
	s.listen = map[string]func(*testing.T, told) error{
		hearsPancake:  signedByPlatform(s.made.Pancake.Test.WebhookPublicKey),
		hearsWayl:     overBody("X-Wayl-Signature-256", waylLinkSecret),
		hearsWaypay:   waypay,
		hearsCallback: waypay,
		hearsDiddo:    stamped("X-Diddo-Signature", subscription["secret"].(string)),
	}
	return s
}

// signedByPlatform verifies as docs/webhooks.md says of the scheme pancake.
func signedByPlatform(public string) func(*testing.T, told) error {
	return func(t *testing.T, got told) error {
		t.Helper()
		block, _ := pem.Decode([]byte(public))
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return err
		}
		stamp, encoded, _ := strings.Cut(strings.TrimPrefix(got.header.Get("X-Waffo-Signature"), "t="), ",v1=")
		signature, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(append([]byte(stamp+"."), got.body...))
		return rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, sum[:], signature)
	}
}

// overBody verifies as docs/wayl.md says.
func overBody(header, secret string) func(*testing.T, told) error {
	return func(_ *testing.T, got told) error { return sameSignature(got.header.Get(header), secret, got.body) }
}

// overStamp verifies as docs/waypay-signatures.md says.
func overStamp(stamp, header, secret string) func(*testing.T, told) error {
	return func(_ *testing.T, got told) error {
		return sameSignature(got.header.Get(header), secret, append([]byte(got.header.Get(stamp)+"."), got.body...))
	}
}

// fromWaypay verifies also what else spec/waypay.md §6 says of the request.
func fromWaypay(secret string) func(*testing.T, told) error {
	signed := overStamp("X-Waypay-Timestamp", "X-Waypay-Signature", secret)
	return func(t *testing.T, got told) error {
		t.Helper()
		if agent, kind := got.header.Get("User-Agent"), got.header.Get("Content-Type"); agent != "Waypay-Webhook/1.0" || kind != "application/json" {
			t.Errorf("%s comes from %q as %q", got.path, agent, kind)
		}
		return signed(t, got)
	}
}

// stamped verifies as docs/diddo.md says.
func stamped(header, secret string) func(*testing.T, told) error {
	return func(_ *testing.T, got told) error {
		stamp, signature, _ := strings.Cut(strings.TrimPrefix(got.header.Get(header), "t="), ",v1=")
		return sameSignature(signature, secret, append([]byte(stamp+"."), got.body...))
	}
}

func sameSignature(signature, secret string, text []byte) error {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
		return fmt.Errorf("it is signed %q, want %q", signature, want)
	}
	return nil
}

// mustHear receives as many webhooks as are wanted of each path, verifies them,
// and gives their bodies by path in the order in which they came. Any other is
// an error, so that nobody is told of another dialect's sale.
func (s *bazaar) mustHear(t *testing.T, want map[string]int) map[string][]object {
	t.Helper()
	got, left := map[string][]object{}, 0
	for _, count := range want {
		left += count
	}
	patience := time.After(30 * time.Second) // only a failing test waits so long
	for ; left > 0; left-- {
		select {
		case one := <-s.heard:
			var body object
			if err := json.Unmarshal(one.body, &body); err != nil {
				t.Fatalf("%s: %s, %v", one.path, one.body, err)
			}
			got[one.path] = append(got[one.path], body)
			if verify := s.listen[one.path]; verify == nil {
				t.Errorf("a webhook came to %s", one.path)
			} else if err := verify(t, one); err != nil {
				t.Errorf("%s: %s, %v", one.path, one.body, err)
			}
			if len(got[one.path]) > want[one.path] {
				t.Fatalf("%s is told %s beside %v", one.path, one.body, want)
			}
		case <-patience:
			t.Fatalf("of %v came %v", want, got)
		}
	}
	return got
}

// mustHearNothing proves, once the server has stopped, that nothing else came.
func (s *bazaar) mustHearNothing(t *testing.T) {
	t.Helper()
	select {
	case one := <-s.heard:
		t.Errorf("%s was also told %s", one.path, one.body)
	default:
	}
}

// reply is an answer as it came.
type reply struct {
	asked  string
	status int
	text   []byte
}

// ask sends one request.
func (s *bazaar) ask(t *testing.T, method, path string, header map[string]string, in object) reply {
	t.Helper()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{method + " " + path, response.StatusCode, text}
}

// wants reads an answer of a status.
func (r reply) wants(t *testing.T, status int) (body object) {
	t.Helper()
	if err := json.Unmarshal(r.text, &body); err != nil || r.status != status {
		t.Fatalf("%s: %d %s, %v; want %d", r.asked, r.status, r.text, err, status)
	}
	return body
}

// isRefused reports an answer of none of the statuses.
func (r reply) isRefused(t *testing.T, statuses ...int) {
	t.Helper()
	if !slices.Contains(statuses, r.status) {
		t.Errorf("%s: %d %s, want %v", r.asked, r.status, r.text, statuses)
	}
}

func (s *bazaar) wayl(t *testing.T, token, method, path string, in object) reply {
	t.Helper()
	return s.ask(t, method, "/api/v1"+path, map[string]string{"X-WAYL-AUTHENTICATION": token}, in)
}

func (s *bazaar) waypay(t *testing.T, key, method, path string, in object) reply {
	t.Helper()
	return s.ask(t, method, "/Gateway/v1"+path, map[string]string{"SWICH-API-Key": key}, in)
}

func (s *bazaar) diddo(t *testing.T, key, method, path string, in object) reply {
	t.Helper()
	return s.ask(t, method, "/diddo"+path, map[string]string{"Authorization": "Bearer " + key}, in)
}

// pancake makes one signed call and gives the status of its answer, 200 of one
// that succeeded.
func (s *bazaar) pancake(t *testing.T, env pay.Env, action string, in object) (status int) {
	t.Helper()
	key := s.keys[env]
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	if err := key.Authorize(header, "/v1/actions/"+action, text); err != nil {
		t.Fatal(err)
	}
	sent := map[string]string{}
	for name := range maps.Keys(header) {
		sent[name] = header.Get(name)
	}
	return s.ask(t, http.MethodPost, "/v1/actions/"+action, sent, in).status
}

// signWaypay signs a body of plain members as docs/waypay-signatures.md says.
func signWaypay(secret string, in object) object {
	var members []string
	for name, value := range in {
		if _, nested := value.(object); !nested {
			members = append(members, strings.ToLower(name)+"="+fmt.Sprint(value))
		}
	}
	slices.Sort(members)
	sum := md5.Sum([]byte(strings.Join(members, "&") + secret))
	signed := maps.Clone(in)
	signed["signature"] = hex.EncodeToString(sum[:])
	return signed
}

// mustPay walks a checkout's page, of whatever dialect, until it is paid. It
// gives the last answer.
func (s *bazaar) mustPay(t *testing.T, page string, details object) object {
	t.Helper()
	buyer := s.newShopper(t, page)
	at := buyer.mustLook(t)
	if at["state"] == "details" {
		at = buyer.mustPost(t, "details", details)
	}
	paid := buyer.mustPost(t, "pay", object{
		"method": "card", "turn": at["turn"], "number": "4242424242424242", "expiry": "12/34", "cvc": "123", "holder": "A Buyer",
	})
	if paid["state"] != "paid" {
		t.Fatalf("%s is not paid: %v", page, paid)
	}
	return paid
}
