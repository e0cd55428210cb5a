package e2e

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tillway/test/harness"
)

// served is a store of the built binary, with the credentials of every dialect.
type served struct {
	*harness.Server
	harness.Credentials
	t     *testing.T
	place string
}

// serve sets up a store and serves it until the test ends.
func serve(t *testing.T) *served {
	t.Helper()
	s := &served{t: t, place: t.TempDir()}
	s.Credentials = harness.Setup(t, s.place)
	s.Server = harness.Serve(t, harness.Options{Place: s.place})
	return s
}

// wantVerified fails unless the books are in order.
func (s *served) wantVerified() {
	s.t.Helper()
	harness.Verify(s.t, s.place)
}

// call sends JSON to an API and reads its answer into out. header is a name and
// a value.
func (s *served) call(method, path string, header [2]string, in, out any) {
	s.t.Helper()
	body, err := json.Marshal(in)
	must(s.t, err)
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, bytes.NewReader(body))
	must(s.t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(header[0], header[1])
	answer, err := http.DefaultClient.Do(request)
	must(s.t, err)
	defer func() { _ = answer.Body.Close() }() // what counts has been read
	var raw json.RawMessage
	if err := json.NewDecoder(answer.Body).Decode(&raw); err != nil || answer.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: status %d, %v: %s", method, path, answer.StatusCode, err, raw)
	}
	must(s.t, json.Unmarshal(raw, out))
}

// waylLink is a payment link as its creation answers it.
type waylLink struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	URL  string `json:"url"`
}

// waylSecret signs the webhooks of the tests' payment links.
const waylSecret = "wayl-secret-of-the-test"

// newLink makes a payment link for 25000 dinars; members come over the usual ones.
func (s *served) newLink(reference string, members map[string]any) waylLink {
	s.t.Helper()
	in := map[string]any{"env": "test", "referenceId": reference, "total": 25000, "currency": "IQD"}
	for name, value := range members {
		in[name] = value
	}
	var made struct{ Data waylLink }
	s.call(http.MethodPost, "/api/v1/links", [2]string{"X-WAYL-AUTHENTICATION", s.Wayl.Token}, in, &made)
	return made.Data
}

// waypayIntent is a payment intent as its creation answers it.
type waypayIntent struct {
	ID  string `json:"paymentIntentId"`
	URL string `json:"checkoutUrl"`
}

// newIntent makes a payment intent over 1500.00 rupees, signed as the protocol's
// rule says: objects take no part.
func (s *served) newIntent(reference string, members map[string]string) waypayIntent {
	s.t.Helper()
	signed := map[string]string{"currency": "PKR", "description": "A guide"}
	for name, value := range members {
		signed[name] = value
	}
	in := map[string]any{"amount": json.Number("1500"), "orderRef": map[string]string{"orderRef": reference}}
	pairs := []string{"amount=1500"}
	for name, value := range signed {
		in[name] = value
		pairs = append(pairs, strings.ToLower(name)+"="+value)
	}
	slices.Sort(pairs)
	sum := md5.Sum([]byte(strings.Join(pairs, "&") + s.Waypay.Test.SecretKey))
	in["signature"] = hex.EncodeToString(sum[:])
	var made waypayIntent
	s.call(http.MethodPost, "/Gateway/v1/Payment/initiate-checkout", [2]string{"SWICH-API-Key", s.Waypay.Test.APIKey}, in, &made)
	return made
}

// diddo calls the Diddo API.
func (s *served) diddo(method, path string, in, out any) {
	s.t.Helper()
	s.call(method, "/diddo"+path, [2]string{"Authorization", "Bearer " + s.Diddo.Test.APIKey}, in, out)
}

// newCart makes a template cart with two of the shop's product.
func (s *served) newCart() (id string) {
	s.t.Helper()
	shop := harness.OpenShop(s.t, s.Server, s.Credentials, nil)
	var made struct{ Cart struct{ ID string } }
	s.diddo(http.MethodPost, "/cart/add", map[string]any{"item": map[string]any{"variant_id": shop.ProductID, "quantity": 2}}, &made)
	return made.Cart.ID
}

// begin opens a checkout of the cart and returns its page's address.
func (s *served) begin(cart string) string {
	s.t.Helper()
	var begun struct{ URL string }
	s.diddo(http.MethodPost, fmt.Sprintf("/checkout/begin/%s", cart), map[string]any{}, &begun)
	return begun.URL
}
