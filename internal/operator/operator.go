// Package operator is what the operator of an installation may do beside
// running it: set a merchant up, make and revoke keys, approve stores.
//
// The same functions serve both ways of calling them: Service does the work on
// an open database; Client asks the Service of a running server through the
// socket in its data directory (Handler). The package may not know which
// database there is, nor how a command line looks.
package operator

import (
	"context"

	"tillway/internal/auth"
	"tillway/internal/connector/manual"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// Operator is everything an operator may ask for. Its errors are faults.
type Operator interface {
	// Setup makes a merchant, an approved store and the keys of every API.
	// Errors: Conflict "merchant_exists" for an e-mail that was set up before.
	Setup(ctx context.Context, in SetupIn) (SetupOut, error)
	// CreateKey makes a further key pair for a merchant.
	CreateKey(ctx context.Context, in CreateKeyIn) (KeyPair, error)
	// ListKeys lists a merchant's keys, newest first.
	ListKeys(ctx context.Context, in ListKeysIn) (Keys, error)
	// RevokeKey ends a key at once.
	RevokeKey(ctx context.Context, in RevokeKeyIn) (Key, error)
	// CreateStoreKey makes a key of one store and one API.
	CreateStoreKey(ctx context.Context, in CreateStoreKeyIn) (StoreKeySecret, error)
	// ListStoreKeys lists a store's keys, newest first.
	ListStoreKeys(ctx context.Context, in ListStoreKeysIn) (StoreKeys, error)
	// RevokeStoreKey ends a store's key at once.
	RevokeStoreKey(ctx context.Context, in RevokeStoreKeyIn) (StoreKey, error)
	// IssueStoreToken makes a temporary token that is exchanged for a key.
	IssueStoreToken(ctx context.Context, in IssueStoreTokenIn) (StoreToken, error)
	// RotateStoreSecret replaces what a store's requests are signed with.
	RotateStoreSecret(ctx context.Context, in RotateStoreSecretIn) (StoreSecret, error)
	// ApproveStore lets a store sell for real money.
	ApproveStore(ctx context.Context, in ApproveStoreIn) (Store, error)
	// SetStore changes a store.
	SetStore(ctx context.Context, in SetStoreIn) (StoreDetail, error)
	// ShowStore reads everything about a store.
	ShowStore(ctx context.Context, in ShowStoreIn) (StoreDetail, error)
	// DecidePayment confirms or refuses a payment by hand.
	DecidePayment(ctx context.Context, in DecidePaymentIn) (ManualPayment, error)
	// ListPayments lists the payments that wait for a person.
	ListPayments(ctx context.Context, in ListPaymentsIn) (ManualPayments, error)
	// CreateRefund refunds a payment, in whole or in part.
	CreateRefund(ctx context.Context, in CreateRefundIn) (Refund, error)
	// DecideRefund approves or rejects a refund that somebody asked for.
	DecideRefund(ctx context.Context, in DecideRefundIn) (Refund, error)
	// ListRefunds lists refunds.
	ListRefunds(ctx context.Context, in ListRefundsIn) (Refunds, error)
	// ListLinks lists a store's payment links.
	ListLinks(ctx context.Context, in ListLinksIn) (LinkList, error)
	// ShowLink shows one payment link.
	ShowLink(ctx context.Context, in ShowLinkIn) (Link, error)
	// MarkLink marks a payment link delivered, returned or rejected.
	MarkLink(ctx context.Context, in MarkLinkIn) (Link, error)
	// ListWebhooks lists a store's webhooks and how they do.
	ListWebhooks(ctx context.Context, in ListWebhooksIn) (WebhookList, error)
	// WebhookLog lists deliveries of a store's webhooks.
	WebhookLog(ctx context.Context, in WebhookLogIn) (WebhookLogPage, error)
	// ShowDelivery shows one delivery with everything that was said.
	ShowDelivery(ctx context.Context, in ShowDeliveryIn) (DeliveryExchange, error)
	// UnmatchedEvents lists events of which nobody was told.
	UnmatchedEvents(ctx context.Context, in UnmatchedEventsIn) (UnmatchedEvents, error)
	// LoadTax replaces the table of tax rates. Errors: Invalid "bad_tax_table".
	LoadTax(ctx context.Context, in LoadTaxIn) (TaxTable, error)
	// ShowTax reads the table of tax rates.
	ShowTax(ctx context.Context, in ShowTaxIn) (TaxTable, error)
	// SetWebhook changes a webhook's settings, or enables or disables it.
	SetWebhook(ctx context.Context, in SetWebhookIn) (WebhookSettings, error)
	// ResendDelivery sends a webhook delivery now.
	ResendDelivery(ctx context.Context, in ResendDeliveryIn) (ResentDelivery, error)
	// StartRecovery starts a recovery of failed deliveries or a replay of missed events.
	StartRecovery(ctx context.Context, in StartRecoveryIn) (Recovery, error)
	// ListRecoveries lists a store's recoveries, newest first.
	ListRecoveries(ctx context.Context, in ListRecoveriesIn) (Recoveries, error)
	// ShowRecovery reads one recovery.
	ShowRecovery(ctx context.Context, in RecoveryIn) (Recovery, error)
	// CancelRecovery ends a recovery between two pages.
	CancelRecovery(ctx context.Context, in RecoveryIn) (Recovery, error)
	// TriggerEvent sends a sample of an event.
	TriggerEvent(ctx context.Context, in TriggerEventIn) (Triggered, error)
	// DeliveryOutcomes reads how far deliveries are.
	DeliveryOutcomes(ctx context.Context, in DeliveryOutcomesIn) (DeliveryOutcomes, error)
	// ListWebhookKeys lists the key pairs that sign webhooks.
	ListWebhookKeys(ctx context.Context, in ListWebhookKeysIn) (WebhookKeys, error)
	// RotateWebhookKey makes an environment's next key pair.
	RotateWebhookKey(ctx context.Context, in RotateWebhookKeyIn) (WebhookKey, error)
	// RotateWebhookSecret gives a webhook a new secret of its own.
	RotateWebhookSecret(ctx context.Context, in RotateWebhookSecretIn) (WebhookSecret, error)
	// AddWebhook registers an address with a store.
	AddWebhook(ctx context.Context, in AddWebhookIn) (AddedWebhook, error)
	// RemoveWebhook deletes a webhook.
	RemoveWebhook(ctx context.Context, in RemoveWebhookIn) (RemovedWebhook, error)
	// CheckWebhook says what the rules of egress find in a URL.
	CheckWebhook(ctx context.Context, in CheckWebhookIn) (WebhookCheck, error)
	// PingWebhook connects to where a URL or a webhook leads. Errors: NotFound
	// "webhook_not_found".
	PingWebhook(ctx context.Context, in PingWebhookIn) (WebhookPing, error)
}

// Config is what a Service works on.
type Config struct {
	Core *pay.Core
	Auth *auth.Auth
	// PublicKey is the PEM that merchants verify webhooks with.
	PublicKey func(pay.Env) string
	// Desk is where payments by hand are decided, in the transaction below
	// pay's records.
	Desk func(pay.Records) manual.Desk
	// Links are the payment links of Wayl.
	Links *link.Links
	// WebhookLog is the log of deliveries.
	WebhookLog report.WebhookLog
	// Recovery is what resending, recoveries and samples work on.
	Recovery RecoveryConfig
	// Signing are the platform's key pairs.
	Signing SigningKeys
	// Endpoints are the webhooks, in the transaction below pay's records.
	Endpoints func(pay.Records) webhook.Tx
	// StoreSecretChanged, unless nil, is told that a store's secret key was
	// rotated, with which webhooks are signed.
	StoreSecretChanged func()
	// SignsTogether reports whether webhooks of a scheme bear the signatures of two
	// secrets while a rotation overlaps.
	SignsTogether func(webhook.Scheme) bool
	// Dialects are those in whose words webhooks can be told.
	Dialects []WebhookDialect
	// SignatureHeaders are those that webhooks are signed with by configuration.
	SignatureHeaders []string
	// Reach looks outward as webhooks of an environment do.
	Reach func(pay.Env) Reach
}

// Service does the operator's work. It is safe for concurrent use.
type Service struct{ Config }

var _ Operator = (*Service)(nil)

// New makes a Service.
func New(config Config) *Service { return &Service{config} }

// merchant finds a merchant by e-mail.
// Errors: Invalid "email", NotFound "merchant_not_found".
func (s *Service) merchant(ctx context.Context, email string) (found pay.Merchant, err error) {
	clean, err := pay.CleanEmail("--email", email)
	if err != nil {
		return pay.Merchant{}, err
	}
	err = s.Core.View(ctx, func(r pay.Records) (err error) {
		found, err = r.MerchantByEmail(clean)
		return err
	})
	return found, err
}
