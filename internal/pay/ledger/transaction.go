package ledger

import (
	"fmt"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// Transaction is what one fact writes into the book. It is written once, in
// the database transaction of the fact, and never changed.
type Transaction struct {
	Kind    Kind
	FactID  string // the id of the attempt, refund, payout … that the fact is about
	Entries []Entry
}

// Entry is one side of a transaction: a debit is positive, a credit negative.
type Entry struct {
	Account Account
	Amount  money.Amount
}

// Check proves that the transaction may be written: a known kind, a fact, at
// least two entries, each on an account of the book and of an amount that is
// not zero, and a sum of zero in every currency. A fault is Internal, code
// "ledger_unbalanced" for the sum and "ledger_malformed" for the rest.
func (t Transaction) Check() error {
	if !t.Kind.Known() {
		return t.malformed("is of an unknown kind")
	}
	if t.FactID == "" {
		return t.malformed("names no fact")
	}
	if len(t.Entries) < 2 {
		return t.malformed("has fewer than two entries")
	}
	for _, entry := range t.Entries {
		if entry.Account.Nature() == "" {
			return t.malformed(fmt.Sprintf("posts to the unknown account %q", entry.Account))
		}
		if entry.Amount.IsZero() || !entry.Amount.Currency().Known() {
			return t.malformed("posts nothing to " + string(entry.Account))
		}
	}
	return t.balanced()
}

// balanced sums per currency. Sums of 64 bits suffice, because one that
// overflows is refused: it cannot be part of an honest transaction.
func (t Transaction) balanced() error {
	sums := map[money.Currency]money.Amount{}
	for _, entry := range t.Entries {
		currency := entry.Amount.Currency()
		sum, seen := sums[currency]
		if !seen {
			sum = money.Zero(currency)
		}
		sum, err := sum.Add(entry.Amount)
		if err != nil {
			return fault.New(fault.Internal, "ledger_unbalanced", t.label()+" overflows").WithCause(err)
		}
		sums[currency] = sum
	}
	for currency, sum := range sums {
		if !sum.IsZero() {
			return fault.New(fault.Internal, "ledger_unbalanced",
				fmt.Sprintf("%s is off by %v %s", t.label(), sum, currency))
		}
	}
	return nil
}

func (t Transaction) malformed(what string) error {
	return fault.New(fault.Internal, "ledger_malformed", t.label()+" "+what)
}

func (t Transaction) label() string {
	return fmt.Sprintf("ledger transaction %s/%s", t.Kind, t.FactID)
}

// Reverse undoes original entry by entry: a refund that failed, was rejected or
// withdrawn, a payout that failed, a dispute that was won. It takes the entries
// as they were posted and not the amounts they came from, so that a change of
// rules in between cannot leave a remainder.
func Reverse(kind Kind, factID string, original Transaction) Transaction {
	entries := make([]Entry, 0, len(original.Entries))
	for _, entry := range original.Entries {
		entries = append(entries, Entry{Account: entry.Account, Amount: entry.Amount.Neg()})
	}
	return Transaction{Kind: kind, FactID: factID, Entries: entries}
}
