package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
)

// waylHook is a webhook as it came.
type waylHook struct {
	body      []byte
	signature string
}

// waylShop is a merchant's server that speaks Wayl with a running server.
type waylShop struct {
	till   *till // looks into the database
	server *app.App
	token  string
	hooks  chan waylHook
	url    string // of its receiver
}

func newWaylShop(t *testing.T) *waylShop {
	t.Helper()
	return newWaylShopOf(t, true) // the receiver is on this machine
}

func newWaylShopOf(t *testing.T, dev bool) *waylShop {
	t.Helper()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	cfg.Dev = dev
	s := &waylShop{till: &till{where: cfg.Data}, server: mustStart(t, cfg), hooks: make(chan waylHook, 16)}
	made, err := s.server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	s.token = made.Wayl.Token
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		s.hooks <- waylHook{body, r.Header.Get("x-wayl-signature-256")}
	}))
	t.Cleanup(receiver.Close)
	s.url = receiver.URL
	return s
}

// waylAnswer is what came back, as it came.
type waylAnswer struct {
	status   int
	location string
	body     string
}

// mustAsk makes one call to a path as it is spelled, and follows nowhere.
func (s *waylShop) mustAsk(t *testing.T, method, path, token string) waylAnswer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-WAYL-AUTHENTICATION", token)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return waylAnswer{response.StatusCode, response.Header.Get("Location"), string(body)}
}

// mustCall makes one call and returns its data.
func (s *waylShop) mustCall(t *testing.T, method, path string, in object, want int) object {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-WAYL-AUTHENTICATION", s.token)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Data    object `json:"data"`
		Message string `json:"message"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != want {
		t.Fatalf("%s %s: %d %s, %v", method, path, response.StatusCode, answer.Message, err)
	}
	return answer.Data
}

func TestALinksWebhookIsVerifiedByItsOwnSecret(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	for reference, secret := range map[string]string{
		"order/1": "1234567890", "order/2": "0987654321", "wide": strings.Repeat("ä", 255), "spaced": " 12345678 ", "unsigned": "",
	} {
		in := object{"referenceId": reference, "total": 10000, "currency": "IQD", "webhookUrl": s.url}
		if secret != "" {
			in["webhookSecret"] = secret
		}
		made := s.mustCall(t, http.MethodPost, "/api/v1/links", in, http.StatusCreated)
		path := "/api/v1/links/" + url.PathEscape(reference)
		s.mustCall(t, http.MethodPost, path+"/invalidate", nil, http.StatusCreated)
		got := <-s.hooks
		want := ""
		if secret != "" {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(got.body)
			want = hex.EncodeToString(mac.Sum(nil))
		}
		var body object
		if err := json.Unmarshal(got.body, &body); err != nil || got.signature != want {
			t.Errorf("%s: %s signed %q, want %q, %v", reference, got.body, got.signature, want, err)
		}
		if body["event"] != "order.updated" || body["paymentStatus"] != "Cancelled" || body["id"] != made["id"] || body["referenceId"] != reference {
			t.Errorf("%s: %s", reference, got.body)
		}
	}
	mustStop(t, s.server)
	// The name stands for the delays and for the time that an attempt has.
	told := s.till.mustQuery(t, `SELECT schedule || ', ' || scheme, COUNT(*) FROM webhook_deliveries GROUP BY schedule, scheme LIMIT 10`)
	if want := map[string]int64{"wayl, wayl": 4, "wayl, ": 1}; !maps.Equal(told, want) {
		t.Errorf("the deliveries are %v, want %v", told, want)
	}
}

// A link that does not say is live, and for trying out under --dev, as the demo
// runs (spec/wayl.md §2.1). A live one needs a store that is approved.
func TestTheEnvironmentOfALinkThatDoesNotSay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dev  bool
		want int
	}{"live": {false, http.StatusForbidden}, "test under --dev": {true, http.StatusCreated}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWaylShopOf(t, c.dev)
			s.mustCall(t, http.MethodPost, "/api/v1/links", object{"referenceId": "order-1", "total": 10000, "currency": "IQD"}, c.want)
			s.mustCall(t, http.MethodPost, "/api/v1/links", object{"referenceId": "order-2", "total": 10000, "currency": "IQD", "env": "test"}, http.StatusCreated)
			s.mustCall(t, http.MethodPost, "/api/v1/links", object{"referenceId": "order-3", "total": 10000, "currency": "IQD", "env": "live"}, http.StatusForbidden)
		})
	}
}

// Every form of a page's address that is in use leads to it, by the link's id
// and by its code (spec/wayl.md §7).
func TestEveryFormOfALinksAddress(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	made := s.mustCall(t, http.MethodPost, "/api/v1/links", object{
		"referenceId": "order-1", "total": 10000, "currency": "IQD", "lineItem": []object{{"label": "Dates of Basra", "amount": 10000, "type": "increase"}},
	}, http.StatusCreated)
	if made["url"] != s.server.URL()+"/pay/"+made["code"].(string) {
		t.Errorf("the address is %v", made["url"])
	}
	for form, language := range map[string]string{
		"/pay/%s": "en", "/pay/%s?utm_source=x": "en", "/pay/%s?lang=ar&currency=iqd": "ar", "/pay?id=%s": "en", "/pay?id=%s&currency=iqd&lang=ku": "ckb",
		"/en/pay?id=%s&currency=iqd&lang=en": "en", "/ar/pay?id=%s&currency=iqd": "ar", "/ar/pay?id=%s&lang=fr": "ar", "/ku/pay?id=%s": "ckb",
		"/en/pay?id=%s&lang=AR": "ar", "/payment/action?id=%s": "en", "/payment/action?id=%s&lang=en-US": "en",
	} {
		for _, name := range []string{made["id"].(string), made["code"].(string)} {
			path := strings.ReplaceAll(form, "%s", name)
			got := s.mustAsk(t, http.MethodGet, path, "")
			if got.status == http.StatusSeeOther && strings.HasPrefix(got.location, "/pay/"+name) {
				got = s.mustAsk(t, http.MethodGet, got.location, "")
			}
			if got.status != http.StatusOK || !strings.Contains(got.body, `<html lang="`+language+`"`) || !strings.Contains(got.body, "Dates of Basra") {
				t.Errorf("%s: %d %s %.80s", path, got.status, got.location, got.body)
			}
		}
	}
}

// The token is judged before it is looked whether there is anything at the
// address (spec/wayl.md §1), and nothing of the dialect's is a redirect.
func TestEveryAddressOfTheDialectAnswersInItsWords(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	const unauthenticated = `{"success":false,"message":"Invalid authentication key"}`
	for _, path := range []string{
		"/api/v1", "/api/v1/", "//api/v1", "/api/v1//links", "/api/v1/links/", "/api/v1/links/..", "/api/v1/links//order", "/api/v1/x/../links", "/api/v1/nothing",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if got := s.mustAsk(t, method, path, "bad"); got != (waylAnswer{http.StatusUnauthorized, "", unauthenticated}) {
				t.Errorf("%s %s with a bad token: %+v", method, path, got)
			}
			got := s.mustAsk(t, method, path, s.token)
			if got.status != http.StatusNotFound || got.location != "" || !strings.HasPrefix(got.body, `{"success":false,"message":"There is nothing at this address`) {
				t.Errorf("%s %s with a good one: %+v", method, path, got)
			}
		}
	}
}

// A reference is one segment of the path, whatever is in it (spec/wayl.md §2.3).
func TestEncodedReferencesAreOneSegment(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	for reference, segment := range map[string]string{
		".": "%2E", "..": "%2E%2E", "../x": "..%2Fx", "../../../v1/x": "..%2F..%2F..%2Fv1%2Fx", "a//b": "a%2F%2Fb", "order/": "order%2F", "/order": "%2Forder",
		"../../../healthz": "%2e%2e%2f%2e%2e%2f%2e%2e%2fhealthz", "../batch": "..%2Fbatch",
	} {
		path := "/api/v1/links/" + segment
		if got := s.mustAsk(t, http.MethodGet, path, s.token); got != (waylAnswer{http.StatusNotFound, "", `{"success":false,"message":"Link not found"}`}) {
			t.Errorf("%s before there is one: %+v", reference, got)
		}
		if got := s.mustAsk(t, http.MethodGet, path, "bad"); got.status != http.StatusUnauthorized {
			t.Errorf("%s with a bad token: %+v", reference, got)
		}
		made := s.mustCall(t, http.MethodPost, "/api/v1/links", object{"referenceId": reference, "total": 10000, "currency": "IQD"}, http.StatusCreated)
		if read := s.mustCall(t, http.MethodGet, path, nil, http.StatusOK); read["id"] != made["id"] || read["referenceId"] != reference {
			t.Errorf("%s: read %v", reference, read)
		}
		if ended := s.mustCall(t, http.MethodPost, path+"/invalidate", nil, http.StatusCreated); ended["id"] != made["id"] || ended["status"] != "Cancelled" {
			t.Errorf("%s: invalidated %v", reference, ended)
		}
	}
}

// No dialect's subtree has a redirect of the server's own in it.
func TestTheRootsOfDialectsAreTheirs(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	for _, root := range []string{"/v1", "/api/v1", "/Gateway", "/gateway", "/GATEWAY", "/diddo", "/diddo/v1"} {
		for _, path := range []string{root, root + "/", "/" + root, root + "/x/", root + "//x", root + "/%2E%2E", root + "/x/..%2F..%2F..%2Fhealthz"} {
			got := s.mustAsk(t, http.MethodPost, path, "")
			if got.location != "" || got.status != http.StatusNotFound && got.status != http.StatusUnauthorized || !strings.HasPrefix(got.body, "{") {
				t.Errorf("%s: %+v", path, got)
			}
		}
	}
}

func TestTheVendorsReferenceIsServedToEverybody(t *testing.T) {
	t.Parallel()
	s := newWaylShop(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL()+"/openapi.v1.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document struct {
		Info    struct{ Title string }
		Servers []struct{ URL string }
	}
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil || document.Info.Title != "Wayl API" || document.Servers[0].URL != s.server.URL() {
		t.Errorf("%d %+v, %v", response.StatusCode, document, err)
	}
}
