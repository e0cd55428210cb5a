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
	case !amount.IsSet():
		return p.fail(amountFault(p.transaction, "is posted without an amount"))
	case amount.Sign() < 0:
		return p.fail(amountFault(p.transaction, "is posted with a negative amount"))
	case amount.IsZero():
		return p
	case negate:
		amount = amount.Neg()
	}
	p.transaction.Entries = append(p.transaction.Entries, Entry{Account: account, Amount: amount})
	return p
}

// split enters whole as two amounts, of which part is one. Of a part greater
// than the whole the rest is negative, and enter refuses it.
func (p *posting) split(enter func(Account, money.Amount) *posting, rest Account, whole money.Amount, share Account, part money.Amount) *posting {
	remainder, err := whole.Sub(part)
	if err != nil {
		return p.fail(err)
	}
	enter(rest, remainder)
	return enter(share, part)
}

// debitSum debits two amounts as one entry.
func (p *posting) debitSum(account Account, first, second money.Amount) *posting {
	sum, err := first.Add(second)
	if err != nil {
		return p.fail(err)
	}
	return p.debit(account, sum)
}

// fail remembers the first fault.
func (p *posting) fail(err error) *posting {
	if p.err == nil {
		p.err = err
	}
	return p
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
