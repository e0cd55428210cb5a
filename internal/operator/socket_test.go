package operator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted answers what the test wrote down, and keeps what it was asked.
type scripted struct {
	asked any
	err   error
}

var (
	created = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	key     = operator.Key{ID: "KEY_1", MerchantID: "MER_1", Environment: pay.Test, Nickname: "n", Fingerprint: "f", CreatedAt: created}
	made    = operator.SetupOut{MerchantID: "MER_1", StoreID: "STO_1", Pancake: operator.PancakeKeys{
		Test: operator.PancakeKey{PrivateKey: "-----BEGIN <&> KEY-----\nx\n", WebhookPublicKey: "pub"},
		Prod: operator.PancakeKey{PrivateKey: "hush", WebhookPublicKey: "pub2"},
	}, Wayl: operator.WaylKey{Token: "hush"}, Waypay: operator.WaypayKeys{Test: operator.WaypayKey{APIKey: "hush", SecretKey: "hush"}}}
	storeKey = operator.StoreKey{ID: "SKEY_1", Store: "STO_1", Dialect: "waypay", Environment: pay.Prod, Nickname: "n", LastFour: "a<b>", CreatedAt: created, ExpiresAt: &created}
)

func (s *scripted) Setup(_ context.Context, in operator.SetupIn) (operator.SetupOut, error) {
	s.asked = in
	return made, s.err
}

func (s *scripted) CreateKey(_ context.Context, in operator.CreateKeyIn) (operator.KeyPair, error) {
	s.asked = in
	return operator.KeyPair{Key: key, PrivateKey: "hush"}, s.err
}

func (s *scripted) ListKeys(_ context.Context, in operator.ListKeysIn) (operator.Keys, error) {
	s.asked = in
	return operator.Keys{Keys: []operator.Key{key}}, s.err
}

func (s *scripted) RevokeKey(_ context.Context, in operator.RevokeKeyIn) (operator.Key, error) {
	s.asked = in
	return key, s.err
}

func (s *scripted) CreateStoreKey(_ context.Context, in operator.CreateStoreKeyIn) (operator.StoreKeySecret, error) {
	s.asked = in
	return operator.StoreKeySecret{StoreKey: storeKey, APIKey: "hush", SecretKey: "hush"}, s.err
}

func (s *scripted) ListStoreKeys(_ context.Context, in operator.ListStoreKeysIn) (operator.StoreKeys, error) {
	s.asked = in
	return operator.StoreKeys{Keys: []operator.StoreKey{storeKey}}, s.err
}

func (s *scripted) RevokeStoreKey(_ context.Context, in operator.RevokeStoreKeyIn) (operator.StoreKey, error) {
	s.asked = in
	return storeKey, s.err
}

func (s *scripted) IssueStoreToken(_ context.Context, in operator.IssueStoreTokenIn) (operator.StoreToken, error) {
	s.asked = in
	return temporary, s.err
}

func (s *scripted) RotateStoreSecret(_ context.Context, in operator.RotateStoreSecretIn) (operator.StoreSecret, error) {
	s.asked = in
	return secretOfStore, s.err
}

var (
	temporary     = operator.StoreToken{Store: "STO_1", Dialect: "diddo", Token: "hush", ExpiresAt: created}
	secretOfStore = operator.StoreSecret{Store: "STO_1", Dialect: "waypay", Environment: pay.Test, SecretKey: "hush"}
)

func (s *scripted) ApproveStore(_ context.Context, in operator.ApproveStoreIn) (operator.Store, error) {
	s.asked = in
	return operator.Store{ID: in.Store, Name: "One", ProdEnabled: true}, s.err
}

var (
	dark       = true
	storeShown = operator.StoreDetail{
		ID: "STO_1", Name: "<One>", Slug: "one", Status: pay.StoreActive, LateCapture: pay.HonourLate, ManualInstructions: "a\nb", CreatedAt: created,
		Fees:          []operator.StoreFee{{Name: "n", Rule: "PKR 1%", Currency: "PKR", RatePercent: "1", Fixed: "0.00"}},
		Notifications: map[pay.Notification]bool{pay.NotifyNewOrders: false}, Checkout: pay.Appearance{DarkByDefault: &dark, Light: pay.Theme{Text: "#000"}},
		Settings: []operator.StoreSetting{{Name: "a.b", Value: "1", Default: "2", Help: "h", Set: true}},
	}
)

func (s *scripted) SetStore(_ context.Context, in operator.SetStoreIn) (operator.StoreDetail, error) {
	s.asked = in
	return storeShown, s.err
}

func (s *scripted) ShowStore(_ context.Context, in operator.ShowStoreIn) (operator.StoreDetail, error) {
	s.asked = in
	return storeShown, s.err
}

func (s *scripted) CreateRefund(_ context.Context, in operator.CreateRefundIn) (operator.Refund, error) {
	s.asked = in
	return operator.Refund{ID: "REF_1", Payment: in.Payment, Amount: in.Amount, Reason: in.Reason, Asker: in.By, CreatedAt: created, Asked: true}, s.err
}

func (s *scripted) DecideRefund(_ context.Context, in operator.DecideRefundIn) (operator.Refund, error) {
	s.asked = in
	return operator.Refund{ID: in.Refund, State: pay.RefundRejected, DecidedBy: in.By, Note: in.Note, CreatedAt: created}, s.err
}

func (s *scripted) ListRefunds(_ context.Context, in operator.ListRefundsIn) (operator.Refunds, error) {
	s.asked = in
	return operator.Refunds{Refunds: []operator.Refund{{ID: "REF_1", Payment: in.Payment, Store: in.Store, State: in.State, CreatedAt: created}}}, s.err
}

func (s *scripted) ListLinks(_ context.Context, in operator.ListLinksIn) (operator.LinkList, error) {
	s.asked = in
	return operator.LinkList{Links: []operator.Link{{ID: "cm1", Store: in.Store, Status: in.Status, CreatedAt: created, ExpiresAt: created}}}, s.err
}

func (s *scripted) ShowLink(_ context.Context, in operator.ShowLinkIn) (operator.Link, error) {
	s.asked = in
	return operator.Link{ID: "cm1", Reference: in.Link, Store: in.Store, CreatedAt: created, ExpiresAt: created, CompletedAt: created}, s.err
}

func (s *scripted) MarkLink(_ context.Context, in operator.MarkLinkIn) (operator.Link, error) {
	s.asked = in
	return operator.Link{ID: "cm1", Reference: in.Link, Status: in.Status, CreatedAt: created, ExpiresAt: created}, s.err
}

func (s *scripted) DecidePayment(_ context.Context, in operator.DecidePaymentIn) (operator.ManualPayment, error) {
	s.asked = in
	return operator.ManualPayment{ID: in.Payment, State: "confirmed", CreatedAt: created, Settled: true}, s.err
}

func (s *scripted) ListPayments(_ context.Context, in operator.ListPaymentsIn) (operator.ManualPayments, error) {
	s.asked = in
	return operator.ManualPayments{Payments: []operator.ManualPayment{{ID: "PAY_1", Code: "7KQ4-9M2X", CreatedAt: created}}}, s.err
}

func (s *scripted) ListWebhooks(_ context.Context, in operator.ListWebhooksIn) (operator.WebhookList, error) {
	s.asked = in
	return operator.WebhookList{Webhooks: []operator.WebhookHealth{{ID: "E1", State: "disabled", FailingSince: created, CreatedAt: created}}}, s.err
}

func (s *scripted) WebhookLog(_ context.Context, in operator.WebhookLogIn) (operator.WebhookLogPage, error) {
	s.asked = in
	return operator.WebhookLogPage{Deliveries: []operator.LoggedDelivery{{ID: "D1", State: "pending", NextTry: created, CreatedAt: created}}, Next: "x", Incomplete: true}, s.err
}

// ShowDelivery answers more than a command may take.
func (s *scripted) ShowDelivery(_ context.Context, in operator.ShowDeliveryIn) (operator.DeliveryExchange, error) {
	s.asked = in
	return operator.DeliveryExchange{
		LoggedDelivery: operator.LoggedDelivery{ID: in.Delivery, CreatedAt: created}, Body: operator.Content{Text: "{\"a\": \"<&>\"}"},
		Tries: []operator.DeliveryTry{{
			Number: 1, StartedAt: created, Body: operator.Content{Base64: bytes.Repeat([]byte{0xff, 0}, 1<<20)},
			Request: []operator.HeaderLine{{Name: "X-Key", Value: "[redacted]"}}, Timings: operator.TryTimings{Total: 3},
		}},
	}, s.err
}

func (s *scripted) UnmatchedEvents(_ context.Context, in operator.UnmatchedEventsIn) (operator.UnmatchedEvents, error) {
	s.asked = in
	return operator.UnmatchedEvents{Events: []operator.UnmatchedEvent{{ID: "EVT_1", Reason: report.NobodyAsked, SentSince: true, At: created}}, Next: "x"}, s.err
}

func (s *scripted) LoadTax(_ context.Context, in operator.LoadTaxIn) (operator.TaxTable, error) {
	s.asked = in
	return operator.TaxTable{LoadedAt: &created, Rates: []operator.TaxRate{{Country: "DE", RatePercent: "19", Name: "VAT"}}}, s.err
}

func (s *scripted) ShowTax(_ context.Context, in operator.ShowTaxIn) (operator.TaxTable, error) {
	s.asked = in
	return operator.TaxTable{Rates: []operator.TaxRate{}}, s.err
}

func (s *scripted) SetWebhook(_ context.Context, in operator.SetWebhookIn) (operator.WebhookSettings, error) {
	s.asked = in
	return operator.WebhookSettings{ID: in.Webhook, RatePerMinute: 90, HeaderNames: []string{"X-A"}, State: webhook.Active, MissedSince: created}, s.err
}

func (s *scripted) AddWebhook(_ context.Context, in operator.AddWebhookIn) (operator.AddedWebhook, error) {
	s.asked = in
	return operator.AddedWebhook{ID: "EP", Store: in.Store, Environment: pay.Test, URL: in.URL, Events: in.Events, Secret: "hush"}, s.err
}

func (s *scripted) RemoveWebhook(_ context.Context, in operator.RemoveWebhookIn) (operator.RemovedWebhook, error) {
	s.asked = in
	return operator.RemovedWebhook{ID: in.Webhook, Store: "STO_1", Environment: pay.Test, URL: "https://a.example"}, s.err
}

func (s *scripted) ResendDelivery(_ context.Context, in operator.ResendDeliveryIn) (operator.ResentDelivery, error) {
	s.asked = in
	return operator.ResentDelivery{Delivery: in.Delivery, Effect: webhook.Hastened, State: webhook.Pending, Waiting: true}, s.err
}

var recovered = operator.Recovery{
	ID: "REC", Kind: webhook.ReplayMissed, Store: "STO_1", Environment: pay.Prod, Webhook: "EP", Event: "order.completed",
	Since: created, Until: created.Add(time.Hour), State: webhook.RecoveryRunning, Found: 3, Done: 2, Skipped: 1, CreatedAt: created, Waiting: true,
}

func (s *scripted) StartRecovery(_ context.Context, in operator.StartRecoveryIn) (operator.Recovery, error) {
	s.asked = in
	return recovered, s.err
}

func (s *scripted) ListRecoveries(_ context.Context, in operator.ListRecoveriesIn) (operator.Recoveries, error) {
	s.asked = in
	return operator.Recoveries{Recoveries: []operator.Recovery{recovered}}, s.err
}

func (s *scripted) ShowRecovery(_ context.Context, in operator.RecoveryIn) (operator.Recovery, error) {
	s.asked = in
	return recovered, s.err
}

func (s *scripted) CancelRecovery(_ context.Context, in operator.RecoveryIn) (operator.Recovery, error) {
	s.asked = in
	canceled := recovered
	canceled.State, canceled.EndedAt = webhook.RecoveryCanceled, created
	return canceled, s.err
}

var sampled = []operator.DeliveryOutcome{{
	Delivery: "DEL", Webhook: "EP", URL: "https://example.com/<&>", State: webhook.Failed, Attempts: 1, Status: 500,
	Class: webhook.Status, Reason: "The receiver answered 500.", Milliseconds: 12,
}}

func (s *scripted) TriggerEvent(_ context.Context, in operator.TriggerEventIn) (operator.Triggered, error) {
	s.asked = in
	return operator.Triggered{Deliveries: sampled, Waiting: true}, s.err
}

func (s *scripted) DeliveryOutcomes(_ context.Context, in operator.DeliveryOutcomesIn) (operator.DeliveryOutcomes, error) {
	s.asked = in
	return operator.DeliveryOutcomes{Deliveries: sampled}, s.err
}

func (s *scripted) ListWebhookKeys(_ context.Context, in operator.ListWebhookKeysIn) (operator.WebhookKeys, error) {
	s.asked = in
	return operator.WebhookKeys{Keys: []operator.WebhookKey{{ID: "1", Environment: pay.Prod, State: "next", ActivatesAt: &created}}}, s.err
}

func (s *scripted) RotateWebhookKey(_ context.Context, in operator.RotateWebhookKeyIn) (operator.WebhookKey, error) {
	s.asked = in
	return operator.WebhookKey{ID: "1", Environment: pay.Test, State: "signing", PublicKey: "-----BEGIN", RetiresAt: &created}, s.err
}

func (s *scripted) RotateWebhookSecret(_ context.Context, in operator.RotateWebhookSecretIn) (operator.WebhookSecret, error) {
	s.asked = in
	return rotated, s.err
}

var rotated = operator.WebhookSecret{Webhook: "1", Scheme: "standard", Secret: "whsec_hush", PreviousUntil: &created, Together: true}

func (s *scripted) CheckWebhook(_ context.Context, in operator.CheckWebhookIn) (operator.WebhookCheck, error) {
	s.asked = in
	return operator.WebhookCheck{URL: in.URL, Environment: pay.Test, LookupMS: 0.31, Steps: []operator.CheckStep{
		{What: "10.0.0.1", Rule: "url_private_address", Message: "m", Hint: "h"},
	}}, s.err
}

func (s *scripted) PingWebhook(_ context.Context, in operator.PingWebhookIn) (operator.WebhookPing, error) {
	s.asked = in
	return operator.WebhookPing{
		URL: in.URL, Environment: pay.Test, Class: "tls", Reason: "r", ConnectMS: 1.5,
		Certificate: &operator.Certificate{Subject: "CN=a", ExpiresAt: created},
	}, s.err
}

func serve(t *testing.T, o operator.Operator) *operator.Client {
	t.Helper()
	server := httptest.NewServer(operator.Handler(o))
	t.Cleanup(server.Close)
	return operator.NewClient(func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	})
}

// Every function gives the same through the socket as it gives directly.
func TestSocketCarriesEveryFunction(t *testing.T) {
	t.Parallel()
	cases := map[string]func(context.Context, operator.Operator) (in, out any, err error){
		"Setup": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.SetupIn{Email: "a@example.com", StoreName: "Ä <b>"}
			out, err := o.Setup(ctx, in)
			return in, out, err
		},
		"CreateKey": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.CreateKeyIn{Email: "a@example.com", Environment: "prod", Nickname: "n"}
			out, err := o.CreateKey(ctx, in)
			return in, out, err
		},
		"ListKeys": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListKeysIn{Email: "a@example.com"}
			out, err := o.ListKeys(ctx, in)
			return in, out, err
		},
		"RevokeKey": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RevokeKeyIn{Email: "a@example.com", Key: "KEY_1"}
			out, err := o.RevokeKey(ctx, in)
			return in, out, err
		},
		"CreateStoreKey": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.CreateStoreKeyIn{Store: "STO_1", Dialect: "waypay", Environment: pay.Prod, Nickname: "n", ExpiresAt: created}
			out, err := o.CreateStoreKey(ctx, in)
			return in, out, err
		},
		"CreateStoreKey without an end": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.CreateStoreKeyIn{Store: "STO_1", Dialect: "wayl"}
			out, err := o.CreateStoreKey(ctx, in)
			return in, out, err
		},
		"ListStoreKeys": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListStoreKeysIn{Store: "STO_1", Dialect: "waypay"}
			out, err := o.ListStoreKeys(ctx, in)
			return in, out, err
		},
		"RevokeStoreKey": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RevokeStoreKeyIn{Key: "SKEY_1"}
			out, err := o.RevokeStoreKey(ctx, in)
			return in, out, err
		},
		"IssueStoreToken": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.IssueStoreTokenIn{Store: "STO_1", Dialect: "diddo", Environment: pay.Test, Nickname: "n"}
			out, err := o.IssueStoreToken(ctx, in)
			return in, out, err
		},
		"RotateStoreSecret": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RotateStoreSecretIn{Store: "STO_1", Dialect: "waypay", Environment: pay.Test}
			out, err := o.RotateStoreSecret(ctx, in)
			return in, out, err
		},
		"ApproveStore": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ApproveStoreIn{Store: "STO_1"}
			out, err := o.ApproveStore(ctx, in)
			return in, out, err
		},
		"SetStore": func(ctx context.Context, o operator.Operator) (any, any, error) {
			text, none, status, late := "IBAN\nthank you", "", pay.StoreInactive, pay.HonourLate
			in := operator.SetStoreIn{
				Store: "STO_1", ManualInstructions: &text, Name: &text, Status: &status, Logo: &none, SupportEmail: &none, Website: &text, LateCapture: &late,
				Notifications: map[pay.Notification]bool{pay.NotifyChargeback: false}, ResetNotifications: true,
				Checkout: map[string]string{"light.checkoutLogo": ""}, ResetCheckout: true, Fees: []string{"PKR 1%"}, FeeName: "n",
				Settings: map[string]string{"a.b": "<c>"}, Unset: []string{"d.e"},
			}
			out, err := o.SetStore(ctx, in)
			return in, out, err
		},
		"SetStore of nothing": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.SetStoreIn{Store: "STO_1"}
			out, err := o.SetStore(ctx, in)
			return in, out, err
		},
		"ShowStore": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ShowStoreIn{Store: "STO_1"}
			out, err := o.ShowStore(ctx, in)
			return in, out, err
		},
		"CreateRefund": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.CreateRefundIn{Payment: "PAY_1", Amount: "5.00", Reason: "<twice>", ExternalID: "R-1", By: "Ann"}
			out, err := o.CreateRefund(ctx, in)
			return in, out, err
		},
		"DecideRefund": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.DecideRefundIn{Refund: "REF_1", Approve: true, By: "Ann", Note: "fine"}
			out, err := o.DecideRefund(ctx, in)
			return in, out, err
		},
		"ListLinks": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListLinksIn{Store: "STO_1", Status: link.Delivered}
			out, err := o.ListLinks(ctx, in)
			return in, out, err
		},
		"ShowLink": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ShowLinkIn{Store: "STO_1", Link: "a/b <&>"}
			out, err := o.ShowLink(ctx, in)
			return in, out, err
		},
		"MarkLink": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.MarkLinkIn{Store: "STO_1", Link: "I94F590I", Status: link.Returned}
			out, err := o.MarkLink(ctx, in)
			return in, out, err
		},
		"ListRefunds": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListRefundsIn{Payment: "PAY_1", Store: "STO_1", State: pay.RefundRequested}
			out, err := o.ListRefunds(ctx, in)
			return in, out, err
		},
		"DecidePayment": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.DecidePaymentIn{Payment: "PAY_1", Confirm: true, By: "Ann", Note: "seen"}
			out, err := o.DecidePayment(ctx, in)
			return in, out, err
		},
		"ListPayments": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListPaymentsIn{}
			out, err := o.ListPayments(ctx, in)
			return in, out, err
		},
		"ListWebhooks": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListWebhooksIn{Store: "STO_1", Environment: "prod"}
			out, err := o.ListWebhooks(ctx, in)
			return in, out, err
		},
		"WebhookLog": func(ctx context.Context, o operator.Operator) (any, any, error) {
			status := 0
			in := operator.WebhookLogIn{
				Store: "STO_1", Environment: "test", Webhook: "E1", EventType: "order.completed", State: "failed", Status: &status, Class: "timeout",
				Order: "ORD_1", Origin: "test", Since: created, Until: created.Add(time.Microsecond), Limit: 3, After: "x",
			}
			out, err := o.WebhookLog(ctx, in)
			return in, out, err
		},
		"ShowDelivery": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ShowDeliveryIn{Delivery: "D1"}
			out, err := o.ShowDelivery(ctx, in)
			return in, out, err
		},
		"UnmatchedEvents": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.UnmatchedEventsIn{Store: "STO_1", Environment: "prod", Since: created, Limit: 3, After: "x"}
			out, err := o.UnmatchedEvents(ctx, in)
			return in, out, err
		},
		"LoadTax": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.LoadTaxIn{CSV: "country,rate_percent,name\nDE,19,\"V, A <T>\"\n"}
			out, err := o.LoadTax(ctx, in)
			return in, out, err
		},
		"ListWebhookKeys": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListWebhookKeysIn{}
			out, err := o.ListWebhookKeys(ctx, in)
			return in, out, err
		},
		"RotateWebhookKey": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RotateWebhookKeyIn{Environment: "test", Overlap: time.Hour}
			out, err := o.RotateWebhookKey(ctx, in)
			return in, out, err
		},
		"RotateWebhookSecret": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RotateWebhookSecretIn{Webhook: "1", Scheme: "standard", Overlap: time.Hour}
			out, err := o.RotateWebhookSecret(ctx, in)
			return in, out, err
		},
		"ShowTax": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ShowTaxIn{Country: "DE"}
			out, err := o.ShowTax(ctx, in)
			return in, out, err
		},
		"AddWebhook": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.AddWebhookIn{
				Store: "STO_1", Environment: "test", Dialect: "waypay", URL: "https://a.example/<&>", Events: []webhook.EventType{"E"}, Description: "d",
			}
			out, err := o.AddWebhook(ctx, in)
			return in, out, err
		},
		"RemoveWebhook": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RemoveWebhookIn{Webhook: "EP"}
			out, err := o.RemoveWebhook(ctx, in)
			return in, out, err
		},
		"SetWebhook": func(ctx context.Context, o operator.Operator) (any, any, error) {
			rate, active := 90, webhook.Active
			in := operator.SetWebhookIn{Webhook: "EP", RatePerMinute: &rate, State: &active, Headers: &[]webhook.Header{{Name: "X-A", Value: "<&>"}}}
			out, err := o.SetWebhook(ctx, in)
			return in, out, err
		},
		"ResendDelivery": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ResendDeliveryIn{Delivery: "DEL"}
			out, err := o.ResendDelivery(ctx, in)
			return in, out, err
		},
		"StartRecovery": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.StartRecoveryIn{
				Kind: webhook.RecoverFailed, Store: "STO_1", Environment: pay.Test, Webhook: "EP", Event: "order.completed", Since: created, Until: created,
			}
			out, err := o.StartRecovery(ctx, in)
			return in, out, err
		},
		"StartRecovery until now": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.StartRecoveryIn{Kind: webhook.ReplayMissed, Store: "STO_1", Environment: pay.Prod, Since: created}
			out, err := o.StartRecovery(ctx, in)
			return in, out, err
		},
		"ListRecoveries": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.ListRecoveriesIn{Store: "STO_1"}
			out, err := o.ListRecoveries(ctx, in)
			return in, out, err
		},
		"ShowRecovery": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RecoveryIn{ID: "REC"}
			out, err := o.ShowRecovery(ctx, in)
			return in, out, err
		},
		"CancelRecovery": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.RecoveryIn{ID: "REC"}
			out, err := o.CancelRecovery(ctx, in)
			return in, out, err
		},
		"TriggerEvent": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.TriggerEventIn{Event: "order.completed", Store: "STO_1", Environment: pay.Test, Webhook: "EP"}
			out, err := o.TriggerEvent(ctx, in)
			return in, out, err
		},
		"DeliveryOutcomes": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.DeliveryOutcomesIn{Deliveries: []webhook.DeliveryID{"DEL", "DEL2"}}
			out, err := o.DeliveryOutcomes(ctx, in)
			return in, out, err
		},
		"CheckWebhook": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.CheckWebhookIn{URL: "https://shop.example/?a=<b>", Environment: "prod"}
			out, err := o.CheckWebhook(ctx, in)
			return in, out, err
		},
		"PingWebhook": func(ctx context.Context, o operator.Operator) (any, any, error) {
			in := operator.PingWebhookIn{Webhook: "endpoint-1", URL: "https://shop.example/", Environment: "test"}
			out, err := o.PingWebhook(ctx, in)
			return in, out, err
		},
	}
	for name, run := range cases {
		t.Run(name+" answers alike", func(t *testing.T) {
			t.Parallel()
			direct := &scripted{}
			_, want, err := run(t.Context(), direct)
			if err != nil {
				t.Fatal(err)
			}
			behind := &scripted{}
			in, got, err := run(t.Context(), serve(t, behind))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the answer differs (-direct +socket):\n%s", diff)
			}
			if diff := cmp.Diff(in, behind.asked); diff != "" {
				t.Errorf("the question differs (-asked +arrived):\n%s", diff)
			}
		})
		t.Run(name+" fails alike, without the cause", func(t *testing.T) {
			t.Parallel()
			problem := fault.New(fault.Conflict, "merchant_exists", "There is one").WithField("email").
				WithHint("Do this").WithCause(errors.New("SQL of the server"))
			_, _, err := run(t.Context(), serve(t, &scripted{err: problem}))
			want := *problem
			want.Cause = nil
			if got := fault.From(err); got == nil || *got != want {
				t.Errorf("error %#v, want %#v", got, want)
			}
		})
	}
}

func TestSocketRefusesAnotherVersion(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/setup", strings.NewReader(`{"email": "a@example.com", "invented": 1}`))
	o := &scripted{}
	operator.Handler(o).ServeHTTP(recorder, request)
	if recorder.Code != http.StatusBadRequest || o.asked != nil {
		t.Errorf("status %d, asked %v: an unknown member was ignored", recorder.Code, o.asked)
	}
}

func TestClientWithoutAServer(t *testing.T) {
	t.Parallel()
	client := operator.NewClient(func(context.Context) (net.Conn, error) { return nil, errors.New("refused") })
	if _, err := client.Setup(t.Context(), operator.SetupIn{}); !fault.Is(err, fault.Unavailable) || fault.From(err).Hint == "" {
		t.Errorf("error %v, want one that says what to do", err)
	}
}

func TestPrivateKeysAreNotPrinted(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	pair := operator.KeyPair{Key: key, PrivateKey: "hush"}
	minted := operator.StoreKeySecret{StoreKey: storeKey, APIKey: "hush", SecretKey: "hush"}
	logger.Info("made", "setup", made, "pair", pair, "secret", rotated, "key", minted, "token", temporary, "signing", secretOfStore)
	for _, text := range []string{log.String(), fmt.Sprint(made), fmt.Sprintf("%v %s %+v", pair, pair, pair), fmt.Sprint(rotated), fmt.Sprint(minted, temporary, secretOfStore)} {
		if strings.Contains(text, "hush") {
			t.Errorf("a private key is printed: %s", text)
		}
	}
}
