package operator

import (
	"context"
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// CreateRefundIn is the operator's own refund of a payment.
type CreateRefundIn struct {
	Payment    pay.PaymentID `json:"paymentId"`
	Amount     string        `json:"amount,omitempty"` // in the payment's currency, such as 5.00; "" is all that is left
	Reason     string        `json:"reason"`
	ExternalID string        `json:"externalId,omitempty"`
	By         string        `json:"by"` // who says so
}

// DecideRefundIn is the operator's word on a refund that somebody asked for.
type DecideRefundIn struct {
	Refund  pay.RefundID `json:"refundId"`
	Approve bool         `json:"approve"`
	By      string       `json:"by"`             // who says so
	Note    string       `json:"note,omitempty"` // why; a rejection needs one
}

// ListRefundsIn asks for refunds of a payment or store and in a state, or for all.
type ListRefundsIn struct {
	Payment pay.PaymentID   `json:"paymentId,omitempty"`
	Store   pay.StoreID     `json:"storeId,omitempty"`
	State   pay.RefundState `json:"state,omitempty"`
}

// Refund is what the operator sees of a refund.
type Refund struct {
	ID          pay.RefundID    `json:"id"`
	Payment     pay.PaymentID   `json:"paymentId"`
	Store       pay.StoreID     `json:"storeId"`
	Environment pay.Env         `json:"environment"`
	State       pay.RefundState `json:"state"`
	Amount      string          `json:"amount"`
	Currency    money.Currency  `json:"currency"`
	Reason      string          `json:"reason"`
	ExternalID  string          `json:"externalId,omitempty"`
	AskedBy     pay.RefundParty `json:"askedBy"`
	Asker       string          `json:"asker,omitempty"`
	DecidedBy   string          `json:"decidedBy,omitempty"`
	Note        string          `json:"note,omitempty"`
	Failure     string          `json:"failure,omitempty"` // why the provider refused it
	CreatedAt   time.Time       `json:"createdAt"`
	// Asked says that the provider has been asked, or that there is nothing to
	// ask; otherwise the server does it as soon as it can.
	Asked bool `json:"asked"`
}

// Refunds is a list of them, newest first.
type Refunds struct {
	Refunds []Refund `json:"refunds"`
}

// CreateRefund refunds a payment, in whole or in part. Nobody has to approve
// it. Errors: NotFound "payment_not_found"; Invalid of the members; State
// "payment_not_refundable" and "refund_exceeds_charge".
func (s *Service) CreateRefund(ctx context.Context, in CreateRefundIn) (Refund, error) {
	reason, err := pay.CleanProse("reason", in.Reason, 1, maxNote)
	if err != nil {
		return Refund{}, err
	}
	var payment pay.Payment
	if err := s.Core.View(ctx, func(r pay.Records) (err error) {
		payment, err = r.Payment(in.Payment)
		return err
	}); err != nil {
		return Refund{}, err
	}
	var amount money.Amount
	if in.Amount != "" {
		var err error
		if amount, err = money.Parse(in.Amount, payment.Charged.Currency()); err != nil {
			return Refund{}, err
		}
	}
	made, err := pay.Run(ctx, s.Core, pay.RequestRefund, pay.RefundRequest{
		ID: pay.RefundID(s.Core.IDs().New(id.Refund)), Actor: pay.System(payment.Env), By: in.By, Payment: payment.ID,
		Amount: amount, Reason: reason, ExternalID: in.ExternalID, At: s.Core.Now(),
	})
	if err != nil {
		return Refund{}, err
	}
	return s.askProvider(ctx, made)
}

// DecideRefund approves or rejects a refund that somebody asked for.
// Errors: NotFound "refund_not_found"; Invalid "note" and "by"; State
// "refund_transition" of one that is decided already and
// "refund_exceeds_charge" of one that does not fit any more.
func (s *Service) DecideRefund(ctx context.Context, in DecideRefundIn) (Refund, error) {
	var refund pay.Refund
	if err := s.Core.View(ctx, func(r pay.Records) (err error) {
		refund, err = r.Refund(in.Refund)
		return err
	}); err != nil {
		return Refund{}, err
	}
	decision := pay.RefundDecision{ID: refund.ID, Actor: pay.System(refund.Env), By: in.By, Note: in.Note, At: s.Core.Now()}
	if !in.Approve {
		rejected, err := pay.Run(ctx, s.Core, pay.RejectRefund, decision)
		return shownRefund(rejected), err
	}
	approved, err := pay.Run(ctx, s.Core, pay.ApproveRefund, decision)
	if err != nil {
		return Refund{}, err
	}
	return s.askProvider(ctx, approved)
}

// askProvider lets an approved refund be done now. Whatever keeps this process
// from it, the timer that was set with the approval does it later.
func (s *Service) askProvider(ctx context.Context, refund pay.Refund) (Refund, error) {
	_ = s.Core.ExecuteRefund(ctx, refund.ID, 0)
	err := s.Core.View(ctx, func(r pay.Records) (err error) {
		refund, err = r.Refund(refund.ID)
		return err
	})
	return shownRefund(refund), err
}

// ListRefunds lists refunds, newest first, at most 200.
// Errors: Invalid "state"; NotFound "store_not_found".
func (s *Service) ListRefunds(ctx context.Context, in ListRefundsIn) (Refunds, error) {
	list := Refunds{Refunds: []Refund{}}
	if in.State != "" && !slices.Contains(pay.RefundStates(), in.State) {
		unknown := fault.Invalidf("state", "unknown_state", "There is no refund state %.40q", string(in.State))
		hint := "The states are"
		for _, state := range pay.RefundStates() {
			hint += " " + string(state)
		}
		return list, unknown.WithHint(hint)
	}
	err := s.Core.View(ctx, func(r pay.Records) error {
		if in.Store != "" {
			if _, err := r.StoreEver(in.Store); err != nil {
				return err
			}
		}
		found, err := r.Refunds(pay.RefundQuery{Payment: in.Payment, Store: in.Store, State: in.State, Limit: maxListed})
		for _, refund := range found {
			list.Refunds = append(list.Refunds, shownRefund(refund))
		}
		return err
	})
	return list, err
}

func shownRefund(r pay.Refund) Refund {
	return Refund{
		ID: r.ID, Payment: r.Payment, Store: r.Store, Environment: r.Env, State: r.State, Amount: r.Amount.String(),
		Currency: r.Amount.Currency(), Reason: r.Reason, ExternalID: r.ExternalID, AskedBy: r.AskedBy, Asker: r.Asker,
		DecidedBy: r.DecidedBy, Note: r.Note, Failure: string(r.Failure), CreatedAt: r.CreatedAt,
		Asked: r.State != pay.RefundApproved,
	}
}
