package ledger

import (
	"tillway/internal/fault"
	"tillway/internal/money"
)

// posting gathers the entries of one fact and remembers its first fault, so
// that each function of the table reads as its row does.
type posting struct {
	transaction Transaction
	err         error
}

func post(kind Kind, factID string) *posting {
	return &posting{transaction: Transaction{Kind: kind, FactID: factID}}
}

// debit adds to an asset or expense, or takes from a liability or income.
func (p *posting) debit(account Account, amount money.Amount) *posting {
	return p.enter(account, amount, false)
}

// credit is the opposite of debit.
func (p *posting) credit(account Account, amount money.Amount) *posting {
	return p.enter(account, amount, true)
}

// enter leaves out a zero amount, a tax of nothing for one, and refuses a
// negative one: the table says which side an amount stands on.
func (p *posting) enter(account Account, amount money.Amount, negate bool) *posting {
	switch {
	case p.err != nil || amount.IsSet() && amount.IsZero():
	case !amount.IsSet():
		p.err = amountFault(p.transaction, "is posted without an amount")
	case amount.Sign() < 0:
		p.err = amountFault(p.transaction, "is posted with a negative amount")
	default:
		if negate {
			amount = amount.Neg()
		}
		p.transaction.Entries = append(p.transaction.Entries, Entry{Account: account, Amount: amount})
	}
	return p
}

// split enters whole as two amounts, of which part is one. A part that is
// greater than the whole is refused.
func (p *posting) split(enter func(Account, money.Amount) *posting, rest Account, whole money.Amount, share Account, part money.Amount) *posting {
	remainder, err := whole.Sub(part)
	if err != nil {
		p.err = firstOf(p.err, err)
		return p
	}
	if remainder.Sign() < 0 {
		p.err = firstOf(p.err, amountFault(p.transaction, "has a part greater than the whole"))
		return p
	}
	enter(rest, remainder)
	return enter(share, part)
}

// debitSum debits two amounts as one entry; each alone must be sound.
func (p *posting) debitSum(account Account, first, second money.Amount) *posting {
	sum, err := first.Add(second)
	if err != nil {
		p.err = firstOf(p.err, err)
		return p
	}
	return p.debit(account, sum)
}

// done checks the transaction.
func (p *posting) done() (Transaction, error) {
	if p.err == nil {
		p.err = p.transaction.Check()
	}
	if p.err != nil {
		return Transaction{}, p.err
	}
	return p.transaction, nil
}

func amountFault(t Transaction, what string) error {
	return fault.New(fault.Internal, "ledger_amount", t.label()+" "+what)
}

func firstOf(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
