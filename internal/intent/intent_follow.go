package intent

import (
	"cmp"
	"encoding/json"
	"strconv"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

// Changed is the event of a status that the core has no event for.
const Changed pay.EventType = "intent.status_changed"

var _ pay.Follower = (*Intents)(nil)

// Dialect is whose sales the intents follow.
func (s *Intents) Dialect() pay.Dialect { return Dialect }

// Follow takes the intent along one step of its sale or of a refund. A decline
// ends it, whoever said no: a transaction that failed or was cancelled stays so, and
// another try is another intent (spec/waypay.md §5, §7).
func (s *Intents) Follow(tx pay.Tx, step pay.Step) (pay.Followed, error) {
	rows := s.rows(tx.Records)
	found, err := rows.IntentOfSession(step.Session.ID)
	if err != nil {
		return pay.Followed{}, err
	}
	to, reason, err := found.after(tx, step)
	if err != nil {
		return pay.Followed{}, err
	}
	changed, noted := to != found.Status, found.note(step)
	if changed {
		if err := found.move(to, reason, step.At); err != nil {
			return pay.Followed{}, err
		}
	}
	if changed || noted {
		rows.UpdateIntent(found)
		found.Row++
	}
	noun, err := s.noun(tx, found, changed)
	if err != nil {
		return pay.Followed{}, err
	}
	if changed && !announced[step.Kind] {
		if err := s.announce(tx, found, noun, step); err != nil {
			return pay.Followed{}, err
		}
	}
	return pay.Followed{Noun: noun, End: step.Kind == pay.StepDeclined}, nil
}

// announced are the steps of which the core has an event itself, which then
// carries the noun.
var announced = map[pay.StepKind]bool{pay.StepPaid: true, pay.StepRefundDone: true, pay.StepRefundFailed: true}

// after is where a step takes the intent, and why in words. A step that has
// nothing to say leaves it where it is.
func (i Intent) after(tx pay.Tx, step pay.Step) (to Status, reason string, err error) {
	switch step.Kind {
	case pay.StepWaiting:
		// While the buyer is asked something, nothing is under way yet.
		if i.Status == Pending && step.Attempt.State != pay.AttemptRequiresAction {
			return InProgress, "", nil
		}
	case pay.StepDeclined:
		return declined(step.Attempt), why(step.Attempt), nil
	case pay.StepPaid:
		return Completed, "", nil
	case pay.StepExpired:
		return Expired, "", nil
	case pay.StepCanceled:
		return Cancelled, "", nil
	case pay.StepRefundAsked, pay.StepRefundApproved, pay.StepRefundRejected, pay.StepRefundWithdrawn, pay.StepRefundDone, pay.StepRefundFailed:
		return i.afterRefund(tx, step)
	case pay.StepPlaced, pay.StepPaying, pay.StepUnsent:
	}
	return i.Status, "", nil
}

// declined is what an attempt makes of its intent: a customer who said no, on the
// page that asked for a password or in the wallet's app, has given it up, and
// nothing failed (spec/waypay.md §5).
func declined(attempt pay.Attempt) Status {
	if attempt.Reason == connector.ReasonCancelled {
		return Cancelled
	}
	return Failed
}

// why is the provider's reason in words.
func why(attempt pay.Attempt) string {
	return cmp.Or(attempt.Message, string(attempt.Reason), string(connector.ReasonProviderError))
}

// note takes what a step knows of the payment, and reports whether that is news.
func (i *Intent) note(step pay.Step) bool {
	before := *i
	if step.Payment.Method != "" {
		i.Method = step.Payment.Method
	}
	if step.Kind == pay.StepPaid {
		i.Payment = step.Payment.ID
	}
	return i.Method != before.Method || i.Payment != before.Payment
}

// noun is the intent as an event tells of it.
func (s *Intents) noun(tx pay.Tx, i Intent, changed bool) (pay.Noun, error) {
	store, err := tx.StoreEver(i.Store)
	if err != nil {
		return pay.Noun{}, err
	}
	detail, err := json.Marshal(i.snapshot(store, changed))
	return pay.Noun{ID: string(i.ID), Row: i.Row, Detail: string(detail), Callback: i.Callback, Instead: i.Callback != ""}, err
}

// announce emits the event of the intent's new status.
func (s *Intents) announce(tx pay.Tx, i Intent, noun pay.Noun, step pay.Step) error {
	return tx.Emit(pay.Event{
		ID: pay.EventIDOf(Dialect, noun, step.At), Store: i.Store, Env: i.Env, Type: Changed,
		Key: noun.ID + "/" + strconv.FormatInt(noun.Row, 10), At: step.At, Dialect: Dialect, Noun: noun,
	})
}
