package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"tillway/internal/fault"
)

// maxCommand is more than any command takes, and maxAnswer more than any answer
// does, in bytes: the longest is a delivery with all its attempts.
const (
	maxCommand = 1 << 20
	maxAnswer  = 16 << 20
)

// Handler serves an Operator's functions on the socket: POST /{function} with
// its input in JSON answers its output, or a problem. Who may open the socket
// may do everything; its file belongs to the server's user alone.
func Handler(o Operator) http.Handler {
	mux := http.NewServeMux()
	serve(mux, "setup", o.Setup)
	serve(mux, "key-create", o.CreateKey)
	serve(mux, "key-list", o.ListKeys)
	serve(mux, "key-revoke", o.RevokeKey)
	serveStores(mux, o)
	serve(mux, "payment-decide", o.DecidePayment)
	serve(mux, "payment-list", o.ListPayments)
	serve(mux, "refund-create", o.CreateRefund)
	serve(mux, "refund-decide", o.DecideRefund)
	serve(mux, "refund-list", o.ListRefunds)
	serve(mux, "link-list", o.ListLinks)
	serve(mux, "link-show", o.ShowLink)
	serve(mux, "link-mark", o.MarkLink)
	serve(mux, "webhook-set", o.SetWebhook)
	serve(mux, "webhook-add", o.AddWebhook)
	serve(mux, "webhook-remove", o.RemoveWebhook)
	serve(mux, "webhook-list", o.ListWebhooks)
	serve(mux, "webhook-log", o.WebhookLog)
	serve(mux, "webhook-show", o.ShowDelivery)
	serve(mux, "webhook-unmatched", o.UnmatchedEvents)
	serve(mux, "tax-load", o.LoadTax)
	serve(mux, "tax-show", o.ShowTax)
	serve(mux, "delivery-resend", o.ResendDelivery)
	serve(mux, "recovery-start", o.StartRecovery)
	serve(mux, "recovery-list", o.ListRecoveries)
	serve(mux, "recovery-show", o.ShowRecovery)
	serve(mux, "recovery-cancel", o.CancelRecovery)
	serve(mux, "event-trigger", o.TriggerEvent)
	serve(mux, "delivery-outcomes", o.DeliveryOutcomes)
	serveStoreKeys(mux, o)
	serveWebhookKeys(mux, o)
	serve(mux, "webhook-check", o.CheckWebhook)
	serve(mux, "webhook-ping", o.PingWebhook)
	return mux
}

// Client calls the Operator behind a socket.
type Client struct{ http http.Client }

var _ Operator = (*Client)(nil)

// NewClient makes a client that reaches the server by dial.
func NewClient(dial func(ctx context.Context) (net.Conn, error)) *Client {
	return &Client{http: http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}}}
}

// Setup implements Operator.
func (c *Client) Setup(ctx context.Context, in SetupIn) (SetupOut, error) {
	return call[SetupOut](ctx, c, "setup", in)
}

// CreateKey implements Operator.
func (c *Client) CreateKey(ctx context.Context, in CreateKeyIn) (KeyPair, error) {
	return call[KeyPair](ctx, c, "key-create", in)
}

// ListKeys implements Operator.
func (c *Client) ListKeys(ctx context.Context, in ListKeysIn) (Keys, error) {
	return call[Keys](ctx, c, "key-list", in)
}

// RevokeKey implements Operator.
func (c *Client) RevokeKey(ctx context.Context, in RevokeKeyIn) (Key, error) {
	return call[Key](ctx, c, "key-revoke", in)
}

// DecidePayment implements Operator.
func (c *Client) DecidePayment(ctx context.Context, in DecidePaymentIn) (ManualPayment, error) {
	return call[ManualPayment](ctx, c, "payment-decide", in)
}

// ListPayments implements Operator.
func (c *Client) ListPayments(ctx context.Context, in ListPaymentsIn) (ManualPayments, error) {
	return call[ManualPayments](ctx, c, "payment-list", in)
}

// CreateRefund implements Operator.
func (c *Client) CreateRefund(ctx context.Context, in CreateRefundIn) (Refund, error) {
	return call[Refund](ctx, c, "refund-create", in)
}

// DecideRefund implements Operator.
func (c *Client) DecideRefund(ctx context.Context, in DecideRefundIn) (Refund, error) {
	return call[Refund](ctx, c, "refund-decide", in)
}

// ListRefunds implements Operator.
func (c *Client) ListRefunds(ctx context.Context, in ListRefundsIn) (Refunds, error) {
	return call[Refunds](ctx, c, "refund-list", in)
}

// ListWebhooks implements Operator.
func (c *Client) ListWebhooks(ctx context.Context, in ListWebhooksIn) (WebhookList, error) {
	return call[WebhookList](ctx, c, "webhook-list", in)
}

// WebhookLog implements Operator.
func (c *Client) WebhookLog(ctx context.Context, in WebhookLogIn) (WebhookLogPage, error) {
	return call[WebhookLogPage](ctx, c, "webhook-log", in)
}

// ShowDelivery implements Operator.
func (c *Client) ShowDelivery(ctx context.Context, in ShowDeliveryIn) (DeliveryExchange, error) {
	return call[DeliveryExchange](ctx, c, "webhook-show", in)
}

// UnmatchedEvents implements Operator.
func (c *Client) UnmatchedEvents(ctx context.Context, in UnmatchedEventsIn) (UnmatchedEvents, error) {
	return call[UnmatchedEvents](ctx, c, "webhook-unmatched", in)
}

// LoadTax implements Operator.
func (c *Client) LoadTax(ctx context.Context, in LoadTaxIn) (TaxTable, error) {
	return call[TaxTable](ctx, c, "tax-load", in)
}

// ShowTax implements Operator.
func (c *Client) ShowTax(ctx context.Context, in ShowTaxIn) (TaxTable, error) {
	return call[TaxTable](ctx, c, "tax-show", in)
}

// SetWebhook implements Operator.
func (c *Client) SetWebhook(ctx context.Context, in SetWebhookIn) (WebhookSettings, error) {
	return call[WebhookSettings](ctx, c, "webhook-set", in)
}

// AddWebhook implements Operator.
func (c *Client) AddWebhook(ctx context.Context, in AddWebhookIn) (AddedWebhook, error) {
	return call[AddedWebhook](ctx, c, "webhook-add", in)
}

// RemoveWebhook implements Operator.
func (c *Client) RemoveWebhook(ctx context.Context, in RemoveWebhookIn) (RemovedWebhook, error) {
	return call[RemovedWebhook](ctx, c, "webhook-remove", in)
}

// ResendDelivery implements Operator.
func (c *Client) ResendDelivery(ctx context.Context, in ResendDeliveryIn) (ResentDelivery, error) {
	return call[ResentDelivery](ctx, c, "delivery-resend", in)
}

// StartRecovery implements Operator.
func (c *Client) StartRecovery(ctx context.Context, in StartRecoveryIn) (Recovery, error) {
	return call[Recovery](ctx, c, "recovery-start", in)
}

// ListRecoveries implements Operator.
func (c *Client) ListRecoveries(ctx context.Context, in ListRecoveriesIn) (Recoveries, error) {
	return call[Recoveries](ctx, c, "recovery-list", in)
}

// ShowRecovery implements Operator.
func (c *Client) ShowRecovery(ctx context.Context, in RecoveryIn) (Recovery, error) {
	return call[Recovery](ctx, c, "recovery-show", in)
}

// CancelRecovery implements Operator.
func (c *Client) CancelRecovery(ctx context.Context, in RecoveryIn) (Recovery, error) {
	return call[Recovery](ctx, c, "recovery-cancel", in)
}

// TriggerEvent implements Operator.
func (c *Client) TriggerEvent(ctx context.Context, in TriggerEventIn) (Triggered, error) {
	return call[Triggered](ctx, c, "event-trigger", in)
}

// DeliveryOutcomes implements Operator.
func (c *Client) DeliveryOutcomes(ctx context.Context, in DeliveryOutcomesIn) (DeliveryOutcomes, error) {
	return call[DeliveryOutcomes](ctx, c, "delivery-outcomes", in)
}

// CheckWebhook implements Operator.
func (c *Client) CheckWebhook(ctx context.Context, in CheckWebhookIn) (WebhookCheck, error) {
	return call[WebhookCheck](ctx, c, "webhook-check", in)
}

// PingWebhook implements Operator.
func (c *Client) PingWebhook(ctx context.Context, in PingWebhookIn) (WebhookPing, error) {
	return call[WebhookPing](ctx, c, "webhook-ping", in)
}

// problem is a fault on its way through the socket. The cause stays in the
// server's log.
type problem struct {
	Kind    fault.Kind `json:"kind"`
	Code    string     `json:"code"`
	Field   string     `json:"field,omitempty"`
	Message string     `json:"message"`
	Hint    string     `json:"hint,omitempty"`
}

func serve[In, Out any](mux *http.ServeMux, name string, run func(context.Context, In) (Out, error)) {
	mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
		var in In
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCommand))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&in); err != nil {
			respond(w, http.StatusBadRequest, problem{
				Kind: fault.Invalid, Code: "bad_command", Message: "The server does not understand this command",
				Hint: "Use the tillway command of the server's own version",
			})
			return
		}
		out, err := run(r.Context(), in)
		if err != nil {
			f := fault.From(err)
			respond(w, http.StatusUnprocessableEntity, problem{f.Kind, f.Code, f.Field, f.Message, f.Hint})
			return
		}
		respond(w, http.StatusOK, out)
	})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked has gone; the work is done
}

func call[Out any](ctx context.Context, c *Client, name string, in any) (out Out, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://tillway/"+name, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return out, fault.New(fault.Unavailable, "socket_broken", "The running server did not answer").
			WithHint("See the server's log, then repeat the command").WithCause(err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	answer := json.NewDecoder(io.LimitReader(response.Body, maxAnswer))
	if response.StatusCode == http.StatusOK {
		return out, answer.Decode(&out)
	}
	var p problem
	if err := answer.Decode(&p); err != nil {
		return out, fault.New(fault.Unavailable, "socket_broken", fmt.Sprintf("The running server answered %s", response.Status)).
			WithHint("Use the tillway command of the server's own version").WithCause(err)
	}
	return out, &fault.Error{Kind: p.Kind, Code: p.Code, Field: p.Field, Message: p.Message, Hint: p.Hint}
}
