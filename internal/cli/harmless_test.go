package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tillway/internal/operator"
	"tillway/internal/webhook/listen"
)

// What merchants, receivers and their certificates say must not steer the
// terminal of whoever reads it.
func TestStrangersDoNotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b]0;owned\x07\u009b2J\u202eb\nforged"
	const url = "https://shop.example/" + evil
	for name, print := range map[string]func(out *bytes.Buffer){
		"a ping": func(out *bytes.Buffer) {
			printPing(out, operator.WebhookPing{
				URL: url, Address: evil, TLS: evil, Reason: evil,
				Certificate: &operator.Certificate{Subject: "CN=" + evil, Issuer: "CN=" + evil, ExpiresAt: time.Unix(1, 0)},
			})
		},
		"a check": func(out *bytes.Buffer) {
			printCheck(out, operator.WebhookCheck{Steps: []operator.CheckStep{{What: evil, Message: evil, Rule: "url_form", Hint: evil}}})
		},
		"a delivery": func(out *bytes.Buffer) {
			printExchange(out, operator.DeliveryExchange{
				LoggedDelivery: operator.LoggedDelivery{URL: url, EventKey: evil, Subject: evil, LastReason: evil},
				Body:           operator.Content{Text: evil},
				Tries: []operator.DeliveryTry{
					{URL: url, Status: 200, Reason: "Telegram answered 200 but did not accept the message: " + evil, Body: operator.Content{Text: evil}},
					{URL: url, Reason: evil, Request: []operator.HeaderLine{{Name: evil, Value: evil}}},
				},
			})
		},
		"a delivery to an address of a request": func(out *bytes.Buffer) {
			printExchange(out, operator.DeliveryExchange{LoggedDelivery: operator.LoggedDelivery{URL: url, Called: true}})
		},
		"a store": func(out *bytes.Buffer) {
			if err := printStore(out, operator.StoreDetail{
				Name: evil, Logo: url, ManualInstructions: evil, Fees: []operator.StoreFee{{Name: evil, Rule: evil}},
				Settings: []operator.StoreSetting{{Name: "wayl.x", Value: evil, Set: true}},
			}); err != nil {
				t.Error(err)
			}
		},
		"a listener's table": func(out *bytes.Buffer) {
			table := &listenTable{streams: Streams{Out: out, Err: out}}
			table.connected(listen.Hello{StoreName: evil, StoreID: evil, Name: evil, Events: []string{evil}}, url)
			table.disconnected(evil, time.Second)
			table.delivered(listen.Delivery{ID: evil, Event: evil}, forwarded{status: 200})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			print(&out)
			if at := strings.IndexAny(out.String(), "\x1b\x07\u009b\u202e"); at >= 0 {
				t.Errorf("printed %q", out.String())
			}
			for line := range strings.Lines(out.String()) {
				if strings.HasPrefix(line, "forged") {
					t.Errorf("a line was forged: %q", out.String())
				}
			}
		})
	}
}
