package webhook

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// StartRecoveryIn describes a recovery. ID and Now are minted before the
// transaction.
type StartRecoveryIn struct {
	ID       RecoveryID
	Kind     RecoveryKind
	Store    StoreID
	Env      Env
	Endpoint EndpointID // empty: all of the store's
	Event    EventType  // empty: all
	Since    time.Time
	Until    time.Time // Now when zero or later than Now
	Now      time.Time
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "kind", "env", "since" or "until". Whether there is such an
// event, who starts it knows.
func (in StartRecoveryIn) Validate() error {
	switch {
	case in.Kind != RecoverFailed && in.Kind != ReplayMissed:
		return fault.Invalidf("kind", "unknown_recovery_kind", "kind must be recover or replay; got %q.", string(in.Kind))
	case in.Env != Test && in.Env != Prod:
		return fault.Invalidf("env", "unknown_environment", "env must be test or prod; got %q.", string(in.Env))
	case in.Since.IsZero():
		return fault.Invalidf("since", "since_required", "A recovery needs the time it begins with.")
	case in.Since.After(in.Now):
		return fault.Invalidf("since", "since_in_future", "since lies in the future.")
	case !in.Until.IsZero() && !in.Until.After(in.Since):
		return fault.Invalidf("until", "until_before_since", "until must be later than since.")
	default:
		return nil
	}
}

// StartRecovery saves a running recovery; whoever starts it sets its timer in
// the same transaction. Beyond Validate's faults it refuses with NotFound an
// endpoint that is not the store's in this environment, and with State one that
// does not receive.
func StartRecovery(_ context.Context, tx Tx, in StartRecoveryIn) (Recovery, error) {
	if err := in.Validate(); err != nil {
		return Recovery{}, err
	}
	if in.Endpoint != "" {
		if _, err := Receiving(tx, in.Store, in.Env, in.Endpoint); err != nil {
			return Recovery{}, err
		}
	}
	if in.Until.IsZero() || in.Until.After(in.Now) {
		in.Until = in.Now
	}
	recovery := Recovery{
		ID: in.ID, Kind: in.Kind, Store: in.Store, Env: in.Env, Endpoint: in.Endpoint, Event: in.Event,
		Since: in.Since, Until: in.Until, State: RecoveryRunning, CreatedAt: in.Now, UpdatedAt: in.Now,
	}
	return recovery, tx.InsertRecovery(recovery)
}

// Receiving reads an endpoint of a store and environment that receives now.
// Errors: NotFound "webhook_not_found"; State "webhook_disabled" and
// "webhook_sealed".
func Receiving(tx Tx, store StoreID, env Env, id EndpointID) (Endpoint, error) {
	endpoint, err := tx.Endpoint(id)
	if err != nil {
		return Endpoint{}, err
	}
	if endpoint.Store != store || endpoint.Env != env {
		return Endpoint{}, fault.New(fault.NotFound, "webhook_not_found", "The store has no such webhook in this environment.")
	}
	return endpoint, endpoint.receives()
}

// receives says why an endpoint receives nothing, if so.
func (e Endpoint) receives() error {
	switch {
	case e.State != Active:
		return fault.New(fault.State, "webhook_disabled", "The webhook is disabled.").
			WithHint("Enable it, then try again.")
	case e.Locked:
		return fault.New(fault.State, "webhook_sealed", "What is sealed of this webhook does not open with this master key.").
			WithHint("Start the server with the master key that it was saved under.")
	default:
		return nil
	}
}
