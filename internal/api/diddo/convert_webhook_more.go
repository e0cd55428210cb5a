package diddo

import (
	"context"
	"net/http"
	"time"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// webhookTest is the input of testWebhook.
type webhookTest struct {
	actor   pay.Actor
	trigger webhook.TriggerIn // without an event, the first of the endpoint
}

// webhookTested is the sample that is on its way.
type webhookTested = webhook.Delivery

func (d *dialect) toWebhookTest(_ context.Context, call *api.Call, wire testWebhookWire) (webhookTest, error) {
	webhookID, err := toWebhookID(call)
	if err != nil {
		return webhookTest{}, err
	}
	actor := call.Actor()
	return webhookTest{actor: actor, trigger: webhook.TriggerIn{
		ID: call.IDs().UUID(), Store: webhook.StoreID(actor.Store), Env: webhook.Env(actor.Env), Endpoint: webhookID,
		Event: webhook.EventType(wire.Event.OrZero()), Now: call.At,
	}}, notNull("event", wire.Event)
}

// testWebhook sends a sample of an event, signed as any other and tried once.
func (d *dialect) testWebhook(_ context.Context, tx pay.Tx, in webhookTest) (webhookTested, error) {
	endpoint, err := d.owned(tx.Records, in.actor, in.trigger.Endpoint)
	if err != nil {
		return webhookTested{}, err
	}
	if in.trigger.Event == "" {
		in.trigger.Event = endpoint.Events[0]
	}
	born, err := d.Trigger(tx.Records, in.trigger)
	if err != nil {
		return webhookTested{}, err
	}
	return born[0], nil
}

func fromWebhookTest(_ *api.Call, sample webhookTested) any {
	return webhookTestWire{DeliveryID: string(sample.ID), Event: string(sample.EventType), Status: string(sample.State)}
}

// secretRotation is the input of rotateSecret.
type secretRotation struct {
	actor  pay.Actor
	rotate webhook.RotateSecretIn
}

// Validate judges the overlap.
func (in secretRotation) Validate() error {
	if webhook.ValidateOverlap(in.rotate.Overlap) != nil {
		return fault.Invalidf("overlap_hours", "bad_overlap", "overlap_hours must be a number from 0 to %d", int(webhook.MaxOverlap.Hours()))
	}
	return nil
}

// secretRotated is an endpoint with a secret that nobody has seen yet.
type secretRotated struct {
	endpoint webhookEndpoint
	secret   id.Secret
}

func (d *dialect) toSecretRotation(_ context.Context, call *api.Call, wire rotateSecretWire) (secretRotation, error) {
	webhookID, err := toWebhookID(call)
	if err == nil {
		err = notNull("overlap_hours", wire.OverlapHours)
	}
	if err != nil {
		return secretRotation{}, err
	}
	overlap := webhook.DefaultOverlap
	if wire.OverlapHours.Given {
		hours, whole := wire.OverlapHours.Value.Int64()
		if overlap = time.Duration(hours) * time.Hour; !whole || hours > int64(webhook.MaxOverlap.Hours()) {
			overlap = -1 // which Validate refuses
		}
	}
	// The operator may have given the webhook another scheme, which it keeps.
	fresh := map[webhook.Scheme]id.Secret{}
	for _, scheme := range webhook.SecretSchemes() {
		fresh[scheme] = webhook.NewSecret(scheme, call.IDs())
	}
	return secretRotation{actor: call.Actor(), rotate: webhook.RotateSecretIn{
		ID: webhookID, Fresh: fresh, Overlap: overlap, Now: call.At,
	}}, nil
}

// rotateSecret gives a subscription another secret; both sign until the overlap
// is over.
func (d *dialect) rotateSecret(ctx context.Context, tx pay.Tx, in secretRotation) (secretRotated, error) {
	if _, err := d.owned(tx.Records, in.actor, in.rotate.ID); err != nil {
		return secretRotated{}, err
	}
	out, err := webhook.RotateSecret(ctx, d.Endpoints(tx.Records), in.rotate)
	if err != nil {
		return secretRotated{}, err
	}
	secret := out.Secret
	if secret.IsZero() {
		secret = out.Endpoint.Secret // an overlap was ended: the one that was announced signs alone
	}
	return secretRotated{endpoint: out.Endpoint, secret: secret}, nil
}

func fromSecretRotation(_ *api.Call, out secretRotated) any {
	wire := secretWire{ID: string(out.endpoint.ID), Secret: out.secret.Reveal()}
	if !out.endpoint.PreviousUntil.IsZero() {
		wire.OldSecretUntil = textOrNull(timeOf(out.endpoint.PreviousUntil))
	}
	return wire
}

// listDeliveries answers GET /webhook/{id}/deliveries, newest first.
func (d *dialect) listDeliveries(ctx context.Context, call *api.Call) (pay.Answer, error) {
	webhookID, err := toWebhookID(call)
	if err != nil {
		return pay.Answer{}, err
	}
	query, err := queryOf(call)
	if err != nil {
		return pay.Answer{}, err
	}
	limit, err := toNumber(query, "limit", usualListed, 1, mostListed)
	if err != nil {
		return pay.Answer{}, err
	}
	behind, _, err := toText(query, "after")
	if err != nil {
		return pay.Answer{}, err
	}
	after, err := report.ParseCursor(behind)
	if err != nil {
		return pay.Answer{}, err
	}
	err = call.Core.View(ctx, func(r pay.Records) error {
		_, err := d.owned(r, call.Actor(), webhookID)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	page, err := report.ListDeliveries(ctx, d.Deliveries, report.Scope{Store: call.Actor().Store, Env: call.Actor().Env},
		report.DeliveryQuery{Endpoint: webhookID, After: after, Limit: limit})
	if err != nil {
		return pay.Answer{}, err
	}
	list := deliveryListWire{Deliveries: []deliveryRowWire{}, Next: textOrNull(page.Next.String())}
	for _, delivery := range page.Deliveries {
		list.Deliveries = append(list.Deliveries, deliveryRow(delivery))
	}
	return api.Document(http.StatusOK, list)
}

func deliveryRow(d report.LoggedDelivery) deliveryRowWire {
	row := deliveryRowWire{
		ID: string(d.ID), Event: string(d.EventType), Status: string(d.State), Attempts: d.Attempts,
		LastError: textOrNull(report.ClassInWords(d.LastClass)), Test: d.Origin == webhook.FromTest, CreatedAt: timeOf(d.CreatedAt),
	}
	if d.LastStatus != 0 {
		row.LastStatus = &d.LastStatus
	}
	if !d.LastAt.IsZero() {
		row.LastAttempt = textOrNull(timeOf(d.LastAt))
	}
	if !d.NextTry.IsZero() {
		row.NextAttempt = textOrNull(timeOf(d.NextTry))
	}
	return row
}
