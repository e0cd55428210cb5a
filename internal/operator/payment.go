package operator

import (
	"context"
	"strings"
	"time"

	"tillway/internal/connector/manual"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// DecidePaymentIn is the operator's word on a payment by hand.
type DecidePaymentIn struct {
	// Payment is PAY_…, the code that the buyer pays under, or REF_… for money
	// that is to go back.
	Payment string `json:"payment"`
	Confirm bool   `json:"confirm"` // the money came, or went back
	By      string `json:"by"`      // who says so
	Note    string `json:"note,omitempty"`
}

// ManualPayment is what waits for a person, or was decided by one.
type ManualPayment struct {
	ID          string    `json:"id"` // PAY_… or REF_…
	Code        string    `json:"code"`
	Kind        string    `json:"kind"` // charge or refund
	Environment string    `json:"environment"`
	Amount      string    `json:"amount"`
	Currency    string    `json:"currency"`
	State       string    `json:"state"` // awaiting, confirmed, refused or withdrawn
	By          string    `json:"by,omitempty"`
	Note        string    `json:"note,omitempty"`
	CreatedAt   time.Time `json:"createdAt"`
	// Settled says that what follows from the word has been done; otherwise the
	// server does it as soon as it can.
	Settled bool `json:"settled"`
}

// ManualPayments is a list of them.
type ManualPayments struct {
	Payments []ManualPayment `json:"payments"`
}

const (
	maxDecider = 128
	maxNote    = 500
	maxListed  = 200
)

// DecidePayment writes the operator's word down, with who gave it, when and
// why, and lets the payment follow it. The same word again changes nothing.
// Errors: NotFound "payment_not_found", "refund_not_found" and
// "manual_entry_not_found"; State "already_decided" and "payment_not_waiting".
func (s *Service) DecidePayment(ctx context.Context, in DecidePaymentIn) (ManualPayment, error) {
	verdict := manual.Refused
	if in.Confirm {
		verdict = manual.Confirmed
	}
	made, err := pay.Run(ctx, s.Core, s.decide, decision{
		subject: strings.TrimSpace(in.Payment), verdict: verdict, by: in.By, note: in.Note, at: s.Core.Now(),
	})
	if err != nil {
		return ManualPayment{}, err
	}
	shown := made.shown()
	shown.Settled, err = s.carryOut(ctx, made.entry)
	return shown, err
}

// carryOut lets what follows from a word be done now. Whatever keeps this
// process from it, the timer that was set with the word does it later.
func (s *Service) carryOut(ctx context.Context, entry manual.Entry) (done bool, err error) {
	if entry.Kind == manual.RefundKind {
		_ = s.Core.ExecuteRefund(ctx, pay.RefundID(entry.Reference), 0)
	} else {
		_ = s.Core.Inquire(ctx, pay.AttemptID(entry.Reference), 0)
	}
	err = s.Core.View(ctx, func(r pay.Records) error {
		_, open, err := timerOf(r, entry)
		done = !open
		return err
	})
	return done, err
}

// decision is the input of decide.
type decision struct {
	subject  string
	verdict  manual.State
	by, note string
	at       time.Time
}

// Validate checks that somebody stands for it.
func (in decision) Validate() error {
	if _, err := pay.CleanText("by", in.by, 1, maxDecider); err != nil {
		return err
	}
	_, err := pay.CleanText("note", in.note, 0, maxNote)
	return err
}

// decided is an entry and what it is called outside.
type decided struct {
	entry manual.Entry
	id    string
}

func (s *Service) decide(_ context.Context, tx pay.Tx, in decision) (decided, error) {
	desk := s.Desk(tx.Records)
	found, err := s.entryOf(tx, desk, in.subject)
	if err != nil {
		return decided{}, err
	}
	timer, open, err := timerOf(tx, found.entry)
	if err != nil {
		return decided{}, err
	}
	if !open && found.entry.State == manual.Awaiting {
		return decided{}, fault.New(fault.State, "payment_not_waiting", "This payment does not wait for anybody any more").
			WithHint("Its order was decided in another way; return the money by hand if it came")
	}
	entry, fresh, err := desk.Decide(manual.Decision{
		Reference: found.entry.Reference, Verdict: in.verdict, By: in.by, Note: in.note, At: in.at,
	})
	if err != nil {
		return decided{}, err
	}
	if fresh {
		timer.At, timer.WakeAt = in.at, in.at
		tx.SetTimer(timer)
	}
	return decided{entry: entry, id: found.id}, nil
}

// entryOf finds what the operator means.
func (s *Service) entryOf(tx pay.Tx, desk manual.Desk, subject string) (decided, error) {
	switch {
	case strings.HasPrefix(subject, id.Refund+"_"):
		refund, err := tx.Refund(pay.RefundID(subject))
		if err != nil {
			return decided{}, err
		}
		entry, err := desk.Find(string(refund.ID))
		return decided{entry, subject}, err
	case strings.HasPrefix(subject, id.Payment+"_"):
		if _, err := tx.Payment(pay.PaymentID(subject)); err != nil {
			return decided{}, err
		}
		attempt, err := tx.LastAttempt(pay.PaymentID(subject))
		if err != nil {
			return decided{}, err
		}
		entry, err := desk.Find(string(attempt.ID))
		return decided{entry, subject}, err
	}
	entry, err := desk.FindCode(subject)
	if err != nil {
		return decided{}, err
	}
	return named(tx, entry)
}

// named says what an entry is called outside.
func named(tx pay.Tx, entry manual.Entry) (decided, error) {
	if entry.Kind == manual.RefundKind {
		return decided{entry, entry.Reference}, nil
	}
	attempt, err := tx.Attempt(pay.AttemptID(entry.Reference))
	return decided{entry, string(attempt.Payment)}, err
}

// timerOf is what carries the word on, and whether anything waits for it.
func timerOf(tx pay.Records, entry manual.Entry) (pay.Timer, bool, error) {
	if entry.Kind == manual.RefundKind {
		refund, err := tx.Refund(pay.RefundID(entry.Reference))
		return pay.Timer{Kind: pay.TimerRefund, Subject: entry.Reference, Store: refund.Store, Env: refund.Env}, refund.State.Open(), err
	}
	attempt, err := tx.Attempt(pay.AttemptID(entry.Reference))
	return pay.Timer{Kind: pay.TimerInquiry, Subject: entry.Reference, Store: attempt.Store, Env: attempt.Env}, attempt.State.Open(), err
}

func (d decided) shown() ManualPayment {
	e := d.entry
	return ManualPayment{
		ID: d.id, Code: e.Code, Kind: string(e.Kind), Environment: string(e.Environment), Amount: e.Amount.String(),
		Currency: string(e.Amount.Currency()), State: string(e.State), By: e.DecidedBy, Note: e.Note, CreatedAt: e.CreatedAt,
	}
}

// ListPaymentsIn asks for what waits for a person.
type ListPaymentsIn struct{}

// ListPayments lists what waits for a person, oldest first, at most 200.
func (s *Service) ListPayments(ctx context.Context, in ListPaymentsIn) (ManualPayments, error) {
	return pay.Run(ctx, s.Core, s.listWaiting, in)
}

func (s *Service) listWaiting(_ context.Context, tx pay.Tx, _ ListPaymentsIn) (ManualPayments, error) {
	list := ManualPayments{Payments: []ManualPayment{}}
	entries, err := s.Desk(tx.Records).Waiting(maxListed)
	if err != nil {
		return list, err
	}
	for _, entry := range entries {
		found, err := named(tx, entry)
		if err != nil {
			return list, err
		}
		list.Payments = append(list.Payments, found.shown())
	}
	return list, nil
}
