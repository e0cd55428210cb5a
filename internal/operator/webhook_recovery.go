package operator

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// RecoveryConfig is what the functions of this file work on.
type RecoveryConfig struct {
	// Log reads what became of deliveries.
	Log webhook.Log
	// Trigger inserts samples; package fanout does it.
	Trigger func(pay.Records, webhook.TriggerIn) ([]webhook.Delivery, error)
	// SendNow sends a delivery that has become due, and WakeTimers makes the
	// server look at once for timers that have; in a process that does neither
	// they do nothing.
	SendNow    func(webhook.Delivery)
	WakeTimers func()
	// Idle says that no server works on the data now, so that what is due waits
	// for the next one.
	Idle bool
}

const (
	maxRecoveries = 100
	maxOutcomes   = 100
)

// ResendDeliveryIn names a delivery.
type ResendDeliveryIn struct {
	Delivery webhook.DeliveryID `json:"deliveryId"`
}

// ResentDelivery is what became of a resend.
type ResentDelivery struct {
	Delivery webhook.DeliveryID `json:"deliveryId"`
	// Effect is "restarted", "hastened", "due", "asleep" or "being_sent"; the
	// last three changed nothing.
	Effect webhook.ResendEffect `json:"effect"`
	State  webhook.State        `json:"state"`
	// Behind is the delivery whose end an ordered one waits for: of an "asleep"
	// one, and of a "restarted" one that takes its turn.
	Behind  webhook.DeliveryID `json:"behindDeliveryId,omitempty"`
	Waiting bool               `json:"waiting,omitempty"` // for a server to start
}

// ResendDelivery sends a delivery now: the same id and bytes, signed afresh.
// Errors: NotFound "delivery_not_found"; State "webhook_removed",
// "webhook_disabled" and "webhook_sealed".
func (s *Service) ResendDelivery(ctx context.Context, in ResendDeliveryIn) (ResentDelivery, error) {
	resent, err := pay.Run(ctx, s.Core, s.resend, webhook.ResendIn{ID: in.Delivery, Now: s.Core.Now()})
	if err != nil {
		return ResentDelivery{}, err
	}
	return ResentDelivery{
		Delivery: resent.Delivery.ID, Effect: resent.Effect, State: resent.Delivery.State, Behind: resent.Behind, Waiting: s.Recovery.Idle,
	}, nil
}

func (s *Service) resend(ctx context.Context, tx pay.Tx, in webhook.ResendIn) (webhook.Resent, error) {
	resent, err := webhook.ResendDelivery(ctx, s.Endpoints(tx.Records), in)
	if err == nil {
		tx.OnCommit(func() { s.Recovery.SendNow(resent.Delivery) })
	}
	return resent, err
}

// StartRecoveryIn describes a recovery.
type StartRecoveryIn struct {
	Kind        webhook.RecoveryKind `json:"kind"` // recover or replay
	Store       pay.StoreID          `json:"storeId"`
	Environment pay.Env              `json:"environment"`
	Webhook     webhook.EndpointID   `json:"webhookId,omitempty"` // all of the store's when empty
	Event       webhook.EventType    `json:"event,omitempty"`     // all when empty
	Since       time.Time            `json:"since"`
	Until       time.Time            `json:"until,omitzero"` // now when zero
}

// Recovery is a job over what a store's webhooks did not get.
type Recovery struct {
	ID          webhook.RecoveryID    `json:"id"`
	Kind        webhook.RecoveryKind  `json:"kind"`
	Store       pay.StoreID           `json:"storeId"`
	Environment pay.Env               `json:"environment"`
	Webhook     webhook.EndpointID    `json:"webhookId,omitempty"`
	Event       webhook.EventType     `json:"event,omitempty"`
	Since       time.Time             `json:"since"`
	Until       time.Time             `json:"until"`
	State       webhook.RecoveryState `json:"state"`
	Found       int                   `json:"found"`   // deliveries that it is about, so far
	Done        int                   `json:"done"`    // of them, those that it made due
	Skipped     int                   `json:"skipped"` // of them, the others
	CreatedAt   time.Time             `json:"createdAt"`
	EndedAt     time.Time             `json:"endedAt,omitzero"`
	Waiting     bool                  `json:"waiting,omitempty"` // for a server to start
}

// StartRecovery starts a job that goes on in the server, also after a restart.
// Errors: Invalid, naming "kind", "env", "event", "since" or "until"; NotFound
// "store_not_found" and "webhook_not_found"; State "webhook_disabled",
// "webhook_sealed" and, for a replay, "store_not_approved".
func (s *Service) StartRecovery(ctx context.Context, in StartRecoveryIn) (Recovery, error) {
	if err := s.legalEvent(in.Event); err != nil {
		return Recovery{}, err
	}
	made, err := pay.Run(ctx, s.Core, s.startRecovery, newRecovery{webhook.StartRecoveryIn{
		ID: webhook.RecoveryID(s.Core.IDs().UUID()), Kind: in.Kind, Store: webhook.StoreID(in.Store), Env: webhook.Env(in.Environment),
		Endpoint: in.Webhook, Event: in.Event, Since: in.Since.Truncate(time.Microsecond), Until: in.Until.Truncate(time.Microsecond), Now: s.Core.Now(),
	}, s.Endpoints})
	return s.shownRecovery(made), err
}

// newRecovery finds its recovery again when the answer of its commit was lost.
type newRecovery struct {
	webhook.StartRecoveryIn
	tx func(pay.Records) webhook.Tx
}

// Recover implements pay.Recoverer.
func (in newRecovery) Recover(r pay.Records) (webhook.Recovery, bool, error) {
	made, err := in.tx(r).Recovery(in.ID)
	if fault.Is(err, fault.NotFound) {
		return made, false, nil
	}
	return made, err == nil, err
}

func (s *Service) startRecovery(ctx context.Context, tx pay.Tx, in newRecovery) (webhook.Recovery, error) {
	store, err := tx.Store(pay.StoreID(in.Store))
	if err != nil {
		return webhook.Recovery{}, err
	}
	// Failed deliveries of the prod environment prove that it was approved.
	if in.Kind == webhook.ReplayMissed && in.Env == webhook.Prod && !store.ProdEnabled {
		return webhook.Recovery{}, webhook.NotApproved(in.Store)
	}
	made, err := webhook.StartRecovery(ctx, s.Endpoints(tx.Records), in.StartRecoveryIn)
	if err != nil {
		return webhook.Recovery{}, err
	}
	tx.SetTimer(pay.Timer{
		Kind: webhook.RecoveryTimer, Subject: string(made.ID), Store: store.ID, Env: pay.Env(made.Env), At: in.Now, WakeAt: in.Now,
	})
	tx.OnCommit(s.Recovery.WakeTimers)
	return made, nil
}

// ListRecoveriesIn names a store.
type ListRecoveriesIn struct {
	Store pay.StoreID `json:"storeId"`
}

// Recoveries is a list of them.
type Recoveries struct {
	Recoveries []Recovery `json:"recoveries"`
}

// ListRecoveries lists a store's recoveries, newest first, at most 100.
// Errors: NotFound "store_not_found".
func (s *Service) ListRecoveries(ctx context.Context, in ListRecoveriesIn) (Recoveries, error) {
	list := Recoveries{Recoveries: []Recovery{}}
	err := s.Core.View(ctx, func(r pay.Records) error {
		list.Recoveries = list.Recoveries[:0]
		if _, err := r.StoreEver(in.Store); err != nil {
			return err
		}
		found, err := s.Endpoints(r).Recoveries(webhook.StoreID(in.Store), maxRecoveries)
		for _, recovery := range found {
			list.Recoveries = append(list.Recoveries, s.shownRecovery(recovery))
		}
		return err
	})
	return list, err
}

// RecoveryIn names a recovery.
type RecoveryIn struct {
	ID webhook.RecoveryID `json:"recoveryId"`
}

// ShowRecovery reads one recovery. Errors: NotFound "recovery_not_found".
func (s *Service) ShowRecovery(ctx context.Context, in RecoveryIn) (shown Recovery, err error) {
	err = s.Core.View(ctx, func(r pay.Records) error {
		recovery, err := s.Endpoints(r).Recovery(in.ID)
		shown = s.shownRecovery(recovery)
		return err
	})
	return shown, err
}

// CancelRecovery ends a recovery between two pages. Canceling twice changes
// nothing. Errors: NotFound "recovery_not_found"; State "recovery_state".
func (s *Service) CancelRecovery(ctx context.Context, in RecoveryIn) (Recovery, error) {
	canceled, err := pay.Run(ctx, s.Core, s.cancelRecovery, webhook.CancelRecoveryIn{ID: in.ID, Now: s.Core.Now()})
	return s.shownRecovery(canceled), err
}

func (s *Service) cancelRecovery(ctx context.Context, tx pay.Tx, in webhook.CancelRecoveryIn) (webhook.Recovery, error) {
	canceled, err := webhook.CancelRecovery(ctx, s.Endpoints(tx.Records), in)
	if err == nil {
		tx.DropTimer(webhook.RecoveryTimer, string(in.ID))
	}
	return canceled, err
}

func (s *Service) shownRecovery(r webhook.Recovery) Recovery {
	return Recovery{
		ID: r.ID, Kind: r.Kind, Store: pay.StoreID(r.Store), Environment: pay.Env(r.Env), Webhook: r.Endpoint, Event: r.Event,
		Since: r.Since, Until: r.Until, State: r.State, Found: r.Found, Done: r.Done, Skipped: r.Skipped,
		CreatedAt: r.CreatedAt, EndedAt: r.EndedAt, Waiting: s.Recovery.Idle && r.State == webhook.RecoveryRunning,
	}
}
