package docs_test

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/operator"
)

// trial is a sample that is run against a server: a page, what its example has to
// be exchanged for, and what is then answered.
type trial struct {
	page   string
	fill   func(*testing.T, *server) []string // pairs, as a Replacer takes them
	status int
	env    func(*testing.T, *server) string
}

func nothing(*testing.T, *server) []string { return nil }

const waylExample = "order-1001"

// waylLink makes the link that the example names.
func waylLink(t *testing.T, s *server) []string {
	t.Helper()
	reference := "shop/" + strings.ReplaceAll(t.Name(), " ", "-")
	s.mustCall(t, http.MethodPost, "/api/v1/links", "X-WAYL-AUTHENTICATION", s.keys.Wayl.Token, object{
		"env": "test", "referenceId": reference, "total": 10000, "currency": "IQD",
	})
	return []string{waylExample, strings.ReplaceAll(reference, "/", "%2F")}
}

// waypayIntent makes the intent that the example names.
func waypayIntent(t *testing.T, s *server) []string {
	t.Helper()
	base := `amount=20&currency=PKR&description=Guide&orderref={"orderRef":"LOOKEDUP"}`
	sum := md5.Sum([]byte(base + s.keys.Waypay.Test.SecretKey))
	s.mustCall(t, http.MethodPost, "/Gateway/v1/Payment/initiate-checkout", "SWICH-API-Key", s.keys.Waypay.Test.APIKey, object{
		"amount": 20, "currency": "PKR", "description": "Guide", "orderRef": object{"orderRef": "LOOKEDUP"}, "signature": hex.EncodeToString(sum[:]),
	})
	return []string{"ORD123456", "LOOKEDUP"}
}

func (s *server) asDiddo(t *testing.T, method, path string, in object) object {
	t.Helper()
	return s.mustCall(t, method, path, "Authorization", "Bearer "+s.keys.Diddo.Test.APIKey, in)
}

// diddoWebhook makes the subscription that the example names.
func diddoWebhook(t *testing.T, s *server) []string {
	t.Helper()
	made := s.asDiddo(t, http.MethodPost, "/diddo/webhook", object{
		"url": strings.ReplaceAll("https://93.184.215.14/"+t.Name(), " ", "-"), "events": []string{"order.submitted"},
	})
	return []string{"6f1c2d9e-77aa-4c1e-9a53-0b8de7a4c210", made["id"].(string)}
}

// diddoCart makes the cart and the product that the example names.
func diddoCart(t *testing.T, s *server) []string {
	t.Helper()
	product := s.mustProduct(t)
	made := s.asDiddo(t, http.MethodPost, "/diddo/cart/add", object{"item": object{"variant_id": product, "quantity": 2}})
	return []string{"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4", made["cart"].(object)["id"].(string), "PROD_0Aq3Zt8uVbKc5LmN1oPxYd", product}
}

func diddoToken(t *testing.T, s *server) string {
	t.Helper()
	made, err := s.app.Operator().IssueStoreToken(t.Context(), operator.IssueStoreTokenIn{Store: s.keys.StoreID, Dialect: "diddo"})
	if err != nil {
		t.Fatal(err)
	}
	return "DIDDO_TEMPORARY_TOKEN=" + made.Token
}

// trials are routes of each dialect: every method, path and query parameters,
// bodies and none, every kind of credential and answer.
var trials = []trial{
	{page: "wayl/create-link", fill: nothing, status: http.StatusCreated},
	{page: "wayl/list-links", fill: nothing, status: http.StatusOK},
	{page: "wayl/get-link", fill: waylLink, status: http.StatusOK},
	{page: "wayl/invalidate-link", fill: waylLink, status: http.StatusCreated},
	{page: "wayl/verify-auth-key", fill: nothing, status: http.StatusOK},
	{page: "waypay/initiate-checkout", status: http.StatusOK, fill: func(*testing.T, *server) []string {
		return []string{"https://yoursite.com/", "https://93.184.215.14/"}
	}},
	{page: "waypay/find-transaction", fill: waypayIntent, status: http.StatusOK},
	// The signature is judged before the transaction is looked for.
	{page: "waypay/create-refund", fill: nothing, status: http.StatusNotFound},
	{page: "diddo/create-api-key", fill: nothing, status: http.StatusOK, env: diddoToken},
	{page: "diddo/create-webhook", status: http.StatusCreated, fill: func(*testing.T, *server) []string {
		return []string{"https://platform.example/", "https://93.184.215.14/"}
	}},
	{page: "diddo/list-webhooks", fill: nothing, status: http.StatusOK},
	{page: "diddo/update-webhook", fill: diddoWebhook, status: http.StatusOK},
	{page: "diddo/delete-webhook", fill: diddoWebhook, status: http.StatusOK},
	{page: "diddo/add-to-cart", fill: diddoCart, status: http.StatusOK},
	{page: "diddo/remove-from-cart", fill: diddoCart, status: http.StatusOK},
	{page: "diddo/begin-checkout", fill: diddoCart, status: http.StatusOK},
	{page: "diddo/draw-code", fill: diddoCart, status: http.StatusOK},
}

func TestSamplesOfEveryDialectAreAnswered(t *testing.T) {
	t.Parallel()
	for language, runner := range mustRunners(t) {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := mustServe(t) // one for each language, whose trials follow one another
			handler := mustMount(t, s.url, spoken...)
			for _, trial := range trials {
				t.Run(trial.page, func(t *testing.T) {
					code := mustSamples(t, handler, "/docs/"+trial.page)[language]
					code = strings.NewReplacer(trial.fill(t, s)...).Replace(code)
					env := s.environment()
					if trial.env != nil {
						env = append(env, trial.env(t, s))
					}
					s.last()
					printed, err := runner.run(t, code, "", env...)
					status := s.last()
					if status != trial.status || err != nil && status < http.StatusMultipleChoices {
						t.Errorf("answered %d (%v), want %d:\n%s\n%s", status, err, trial.status, printed, code)
					}
				})
			}
		})
	}
}
