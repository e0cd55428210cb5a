package ledger

import (
	"fmt"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// AskRefund posts a refund that was asked of the provider: tax is its share of
// the charge's tax (see TaxShare), the rest is taken from the store's balance
// from, StorePending or StoreAvailable. Another account is refused
// ("ledger_malformed"). A refund that fails, is rejected or withdrawn is posted
// by Reverse.
func AskRefund(factID string, from Account, amount, tax money.Amount) (Transaction, error) {
	p := post(RefundAsked, factID)
	if from != StorePending && from != StoreAvailable {
		return Transaction{}, p.transaction.malformed(fmt.Sprintf("refunds out of %q", from))
	}
	return p.split(p.debit, from, amount, TaxCollected, tax).
		credit(RefundsInTransit, amount).done()
}

// FinishRefund posts that the provider has given the money back, for a refund
// of a store and of a late capture alike.
func FinishRefund(factID, connector string, amount money.Amount) (Transaction, error) {
	return post(RefundDone, factID).
		debit(RefundsInTransit, amount).
		credit(Provider(connector), amount).done()
}

// Taxed is an amount and the tax within it.
type Taxed struct {
	Total, Tax money.Amount
}

// TaxShare is the tax within a refund of amount, when charged was taken and
// refunded has already gone back or been asked for. It is proportional and
// rounded half up, and the refund that empties the charge takes the remainder.
//
// Two bounds are added to the sheet's rule: a share never exceeds the tax that
// is left, and never leaves more tax than money behind. Rounding alone could:
// of 1.00 with 0.49 tax, refunded cent by cent, every share rounds to nothing
// and the last cent would have to carry all the tax.
//
// A refund beyond what is left is a State fault, code "refund_exceeds_charge".
func TaxShare(charged, refunded Taxed, amount money.Amount) (money.Amount, error) {
	left, err := charged.less(refunded)
	if err != nil {
		return money.Amount{}, err
	}
	after, err := left.Total.Sub(amount)
	if err != nil {
		return money.Amount{}, err
	}
	if after.Sign() < 0 || amount.Sign() <= 0 {
		return money.Amount{}, fault.New(fault.State, "refund_exceeds_charge",
			fmt.Sprintf("The refund of %v %s exceeds the %v left of the charge", amount, amount.Currency(), left.Total))
	}
	share, err := charged.Tax.MulDiv(amount.Minor(), charged.Total.Minor())
	if err != nil {
		return money.Amount{}, err
	}
	// When nothing is left after this refund, both bounds are the remainder.
	least := max(0, left.Tax.Minor()-after.Minor())
	most := min(left.Tax.Minor(), amount.Minor())
	return money.New(min(max(share.Minor(), least), most), share.Currency()), nil
}

// less is what is left of charged. Both must be sound: tax within total.
func (charged Taxed) less(refunded Taxed) (Taxed, error) {
	total, err := charged.Total.Sub(refunded.Total)
	if err != nil {
		return Taxed{}, err
	}
	tax, err := charged.Tax.Sub(refunded.Tax)
	if err != nil {
		return Taxed{}, err
	}
	left := Taxed{Total: total, Tax: tax}
	for _, part := range [...]Taxed{charged, refunded, left} {
		order, err := part.Tax.Cmp(part.Total)
		if err != nil {
			return Taxed{}, err
		}
		if order > 0 || part.Tax.Sign() < 0 {
			return Taxed{}, fault.New(fault.Internal, "ledger_amount",
				fmt.Sprintf("Tax %v does not lie within %v", part.Tax, part.Total))
		}
	}
	return left, nil
}
