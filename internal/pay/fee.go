package pay

import (
	"time"

	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

// FeeRule is what the platform keeps of each payment that a store takes in a
// currency, in both environments (spec/ledger.md, "platform's fee P by rule").
type FeeRule struct {
	Store     StoreID
	Currency  money.Currency
	Rate      money.Rate   // of what was charged
	Fixed     money.Amount // of the currency, added to it
	Name      string       // what it is called where a payment shows its fee
	UpdatedAt time.Time
}

// DefaultFeeName is what a rule is called that was given no name.
const DefaultFeeName = "Standard"

type feeRecords interface {
	// FeeRule is a store's rule for a currency; found says whether it has one.
	FeeRule(store StoreID, currency money.Currency) (rule FeeRule, found bool, err error)
	// FeeRules lists a store's rules by currency.
	FeeRules(StoreID) ([]FeeRule, error)
	// PutFeeRule writes the rule of a store and currency, over one that it had.
	PutFeeRule(FeeRule)
	// DropFeeRule removes it, if there is one.
	DropFeeRule(StoreID, money.Currency)
}

// String spells the rule as ParseFee reads it: "PKR 2.5% + 10.00".
func (r FeeRule) String() string { return string(r.Currency) + " " + r.terms(r.Fixed.String()) }

// terms are rate and fixed part, the latter left out when there is none.
func (r FeeRule) terms(fixed string) string {
	switch {
	case r.Fixed.IsZero():
		return r.Rate.Percent() + "%"
	case r.Rate == 0:
		return fixed
	}
	return r.Rate.Percent() + "% + " + fixed
}

// Of is the fee of a payment and how it comes about, such as
// "2.5% of 1000.00 + 10.00 = 35.00". The share is rounded once, half up. A fee is
// never more than the charge less its tax: nobody sells at a loss to pay it.
// Errors: those of the arithmetic, Internal for amounts of another currency.
func (r FeeRule) Of(charged, tax money.Amount) (fee money.Amount, words string, err error) {
	most, err := charged.Sub(tax)
	if err != nil {
		return money.Amount{}, "", err
	}
	fee, err = charged.Portion(r.Rate)
	if err != nil {
		return money.Amount{}, "", err
	}
	words = r.Rate.Percent() + "% of " + charged.String()
	if !r.Fixed.IsZero() {
		words += " + " + r.Fixed.String()
	}
	// The room for the fixed part is compared, not the sum: that could overflow.
	room, err := most.Sub(fee)
	if err != nil {
		return money.Amount{}, "", err
	}
	if over, err := r.Fixed.Cmp(room); err != nil {
		return money.Amount{}, "", err
	} else if over > 0 {
		return most, words + ", at most the sale without its tax = " + most.String(), nil
	}
	fee, err = fee.Add(r.Fixed)
	return fee, words + " = " + fee.String(), err
}

// platformFee takes what the store's rule says of the charge: it is kept with
// the payment and posted with it. A sale of nothing has no fee.
func (s *settlement) platformFee() error {
	charged := s.payment.Charged
	s.payment.Fee = money.Zero(charged.Currency())
	if charged.IsZero() {
		return nil
	}
	rule, found, err := s.tx.FeeRule(s.payment.Store, charged.Currency())
	if err != nil || !found {
		return err
	}
	fee, words, err := rule.Of(charged, s.payment.Tax)
	if err != nil {
		return err
	}
	s.payment.Fee, s.payment.FeeName, s.payment.FeeWords = fee, rule.Name, words
	if fee.IsZero() {
		return nil
	}
	t, err := ledger.PlatformFee(string(s.payment.ID), fee)
	return post(s.tx, s.payment.Store, s.payment.Env, s.At, t, err)
}
