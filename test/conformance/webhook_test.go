package conformance

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"tillway/test/harness"
)

// judged is one real delivery and which keys are to believe it.
type judged struct {
	Name    string            `json:"name"`
	Body    string            `json:"body"`
	Headers map[string]string `json:"headers"` // lower case
	Secrets []judge           `json:"secrets"`
}

// judge is a secret, or a public key, and whether a delivery is good by it.
type judge struct {
	Secret string `json:"secret"`
	Good   bool   `json:"good"`
}

// seller is a server with a shop whose webhooks are kept.
type seller struct {
	place    string
	shop     *harness.Shop
	receiver *harness.Receiver
	made     harness.Credentials
	webhook  string // its id
}

func newSeller(t *testing.T) *seller {
	t.Helper()
	place := t.TempDir()
	made := harness.Setup(t, place)
	server := harness.Serve(t, harness.Options{Place: place})
	s := &seller{place: place, made: made, receiver: harness.NewReceiver(t, made.Pancake.Test.WebhookPublicKey, nil)}
	s.shop = harness.OpenShop(t, server, made, nil)
	var added struct{ Webhook struct{ ID string } }
	s.shop.MustCall(t, "store/add-webhook", map[string]any{
		"storeId": made.StoreID, "channel": "http", "url": s.receiver.URL, "events": []string{"order.completed"}, "testMode": true,
	}, &added)
	s.webhook = added.Webhook.ID
	return s
}

// mustSell completes an order and returns its webhook.
func (s *seller) mustSell(t *testing.T, name string, secrets ...judge) judged {
	t.Helper()
	already := len(s.receiver.Webhooks())
	session, err := s.shop.NewSession(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if paid, err := harness.NewBuyer(t).Buy(t.Context(), session.CheckoutURL, "buyer@example.test", harness.Card{Number: harness.GoodCard}); err != nil || paid.State != harness.Paid {
		t.Fatalf("the purchase ended with %+v, %v", paid, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), harness.Patience)
	defer cancel()
	if err := s.receiver.Await(ctx, func(got []harness.Webhook) bool { return len(got) > already }); err != nil {
		t.Fatal(err)
	}
	got := s.receiver.Webhooks()[already]
	headers := map[string]string{}
	for header := range got.Header {
		headers[strings.ToLower(header)] = got.Header.Get(header)
	}
	return judged{Name: name, Body: string(got.Body), Headers: headers, Secrets: secrets}
}

// mustRotate runs `tillway webhook-key rotate` beside the running server.
func (s *seller) mustRotate(t *testing.T, args ...string) (made struct{ Secret, PublicKey string }) {
	t.Helper()
	output := harness.Run(t, s.place, append([]string{"webhook-key", "rotate", "--json"}, args...)...)
	if output.Code != 0 {
		t.Fatalf("webhook-key rotate exited with %d: %s", output.Code, output.Stderr)
	}
	if err := json.Unmarshal(output.Stdout, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// A webhook that is given a secret of its own is believed by the library of
// Standard Webhooks, and during a rotation under both secrets.
func TestStandardWebhooks(t *testing.T) {
	t.Parallel()
	client, s := mustFind(t, "standardwebhooks"), newSeller(t)
	first := s.mustRotate(t, "--webhook", s.webhook, "--scheme", "standard").Secret
	deliveries := []judged{s.mustSell(t, "with its first secret", judge{first, true})}
	second := s.mustRotate(t, "--webhook", s.webhook).Secret
	deliveries = append(deliveries, s.mustSell(t, "during a rotation", judge{first, true}, judge{second, true}))
	if ended := s.mustRotate(t, "--webhook", s.webhook, "--overlap", "0"); ended.Secret != "" {
		t.Error("ending an overlap made a secret")
	}
	deliveries = append(deliveries, s.mustSell(t, "after a rotation", judge{first, false}, judge{second, true}))
	client.run(t, "webhook/standard.test.mjs", map[string]any{"deliveries": deliveries})
	for _, delivery := range deliveries {
		if _, both := delivery.Headers["x-waffo-signature"]; both {
			t.Errorf("%s: signed by the platform's pair too", delivery.Name)
		}
	}
	harness.Verify(t, s.place)
}

// The platform's pair is rotated under a running server: the SDK believes one
// key before the change and the other after it.
func TestPlatformKeyRotation(t *testing.T) {
	t.Parallel()
	client, s := mustFind(t, "@waffo/pancake-ts"), newSeller(t)
	present := s.made.Pancake.Test.WebhookPublicKey
	next := s.mustRotate(t, "--env", "test").PublicKey
	during := s.mustSell(t, "during the overlap", judge{present, true}, judge{next, false})
	if ended := s.mustRotate(t, "--env", "test", "--overlap", "0").PublicKey; ended != next {
		t.Error("ending the overlap made another pair than the announced one")
	}
	after := s.mustSell(t, "after the overlap", judge{present, false}, judge{next, true})
	last := s.mustRotate(t, "--env", "test", "--overlap", "0").PublicKey
	atOnce := s.mustSell(t, "after a change at once", judge{present, false}, judge{next, false}, judge{last, true})
	client.run(t, "webhook/rotation.test.mjs", map[string]any{"deliveries": []judged{during, after, atOnce}})
}
