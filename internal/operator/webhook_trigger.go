package operator

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// TriggerEventIn asks for a sample of an event.
type TriggerEventIn struct {
	Event       webhook.EventType  `json:"event"`
	Store       pay.StoreID        `json:"storeId"`
	Environment pay.Env            `json:"environment"`
	Webhook     webhook.EndpointID `json:"webhookId,omitempty"` // all active ones that ask for it when empty
}

// Triggered are the deliveries of a sample.
type Triggered struct {
	Deliveries []DeliveryOutcome `json:"deliveries"`
	Waiting    bool              `json:"waiting,omitempty"` // for a server to start
}

// DeliveryOutcome is how far a delivery is, and what its last attempt gave.
type DeliveryOutcome struct {
	Delivery     webhook.DeliveryID `json:"deliveryId"`
	Webhook      webhook.EndpointID `json:"webhookId,omitempty"`
	URL          string             `json:"url"` // as it may be shown
	State        webhook.State      `json:"state"`
	Attempts     int                `json:"attempts"`
	Status       int                `json:"status,omitempty"` // HTTP status
	Class        webhook.Class      `json:"class,omitempty"`  // why it failed, in one word
	Reason       string             `json:"reason,omitempty"`
	Milliseconds int64              `json:"milliseconds,omitempty"` // that the last attempt took
}

// TriggerEvent sends a full sample of an event, really signed, once.
// Errors: Invalid "unknown_event", naming those there are; NotFound
// "store_not_found" and "webhook_not_found"; State "store_not_approved",
// "webhook_disabled", "webhook_sealed" and "no_webhook_asks".
func (s *Service) TriggerEvent(ctx context.Context, in TriggerEventIn) (Triggered, error) {
	born, err := pay.Run(ctx, s.Core, s.trigger, webhook.TriggerIn{
		ID: s.Core.IDs().UUID(), Store: webhook.StoreID(in.Store), Env: webhook.Env(in.Environment),
		Endpoint: in.Webhook, Event: in.Event, Now: s.Core.Now(),
	})
	if err != nil {
		return Triggered{}, err
	}
	triggered := Triggered{Deliveries: []DeliveryOutcome{}, Waiting: s.Recovery.Idle}
	for _, delivery := range born {
		triggered.Deliveries = append(triggered.Deliveries, outcomeOf(delivery, nil))
	}
	return triggered, nil
}

func (s *Service) trigger(_ context.Context, tx pay.Tx, in webhook.TriggerIn) ([]webhook.Delivery, error) {
	return s.Recovery.Trigger(tx.Records, in)
}

// DeliveryOutcomesIn names deliveries, at most 100.
type DeliveryOutcomesIn struct {
	Deliveries []webhook.DeliveryID `json:"deliveryIds"`
}

// DeliveryOutcomes are how far they are.
type DeliveryOutcomes struct {
	Deliveries []DeliveryOutcome `json:"deliveries"`
}

// DeliveryOutcomes reads how far deliveries are, for whoever waits for them.
// Errors: Invalid "too_many_deliveries"; NotFound "delivery_not_found".
func (s *Service) DeliveryOutcomes(ctx context.Context, in DeliveryOutcomesIn) (DeliveryOutcomes, error) {
	if len(in.Deliveries) > maxOutcomes {
		return DeliveryOutcomes{}, fault.Invalidf("deliveryIds", "too_many_deliveries", "deliveryIds may name at most %d deliveries.", maxOutcomes)
	}
	outcomes := DeliveryOutcomes{Deliveries: []DeliveryOutcome{}}
	for _, id := range in.Deliveries {
		delivery, err := s.Recovery.Log.Delivery(ctx, id)
		if err != nil {
			return DeliveryOutcomes{}, err
		}
		attempts, err := s.Recovery.Log.Attempts(ctx, id)
		if err != nil {
			return DeliveryOutcomes{}, err
		}
		outcomes.Deliveries = append(outcomes.Deliveries, outcomeOf(delivery, attempts))
	}
	return outcomes, nil
}

func outcomeOf(d webhook.Delivery, attempts []webhook.Attempt) DeliveryOutcome {
	outcome := DeliveryOutcome{Delivery: d.ID, Webhook: d.Endpoint, URL: d.URL, State: d.State, Attempts: d.Attempts}
	if len(attempts) > 0 {
		last := attempts[len(attempts)-1]
		outcome.Status, outcome.Class, outcome.Reason = last.Status, last.Class, last.Reason
		outcome.Milliseconds = last.Timings.Total.Round(time.Millisecond).Milliseconds()
	}
	return outcome
}
