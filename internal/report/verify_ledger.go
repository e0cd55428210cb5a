package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tillway/internal/pay/ledger"
)

func (v *verification) ledger(ctx context.Context) error {
	return walk(ctx, &v.verdict.Checked.LedgerFacts, v.Facts.Ledger,
		func(f LedgerFact) string { return f.ID }, v.judgeLedger)
}

// judgeLedger checks each transaction by itself, and that somebody answers for
// it. Whether it says the right thing is judged from the fact's side.
func (v *verification) judgeLedger(_ context.Context, fact LedgerFact) error {
	if !fact.Known {
		v.verdict.find(RulePosting, fact.ID, "is posted, but there is no payment, attempt or refund of that id")
	}
	for _, posted := range fact.Posted {
		if err := posted.Check(); err != nil {
			v.verdict.find(RuleBalance, fact.ID, err.Error())
		}
		if !posted.Headed {
			v.verdict.find(RulePosting, fact.ID, fmt.Sprintf("has entries of %s without their transaction", posted.Kind))
		}
		if posted.Mixed {
			v.verdict.find(RuleScope, fact.ID, fmt.Sprintf("has entries of %s in two stores or environments", posted.Kind))
		}
	}
	return nil
}

// expected is a posting as a fact derives it, or why it cannot.
type expected struct {
	transaction ledger.Transaction
	err         error
}

func expect(t ledger.Transaction, err error) expected { return expected{t, err} }

// comparePostings checks that a fact has exactly the postings it derives.
func (v *verification) comparePostings(subject string, scope Scope, posted []Posted, derived ...expected) {
	missing := map[ledger.Kind]ledger.Transaction{}
	for _, want := range derived {
		if want.err != nil {
			v.verdict.find(RulePosting, subject, "its postings cannot be derived: "+want.err.Error())
			continue
		}
		missing[want.transaction.Kind] = want.transaction
	}
	for _, have := range posted {
		want, due := missing[have.Kind]
		delete(missing, have.Kind)
		switch {
		case !due:
			v.verdict.find(RulePosting, subject, fmt.Sprintf("has a posting %s that nothing justifies", have.Kind))
		case !sameEntries(want.Entries, have.Entries):
			v.verdict.find(RulePosting, subject,
				fmt.Sprintf("its posting %s says %s, and should say %s", have.Kind, spell(have.Entries), spell(want.Entries)))
		case have.Scope != scope:
			v.verdict.find(RuleScope, subject, fmt.Sprintf("its posting %s is of store %s in %s", have.Kind, have.Store, have.Env))
		}
	}
	for kind := range missing {
		v.verdict.find(RulePosting, subject, fmt.Sprintf("its posting %s is missing", kind))
	}
}

func sameEntries(a, b []ledger.Entry) bool { return slices.Equal(sorted(a), sorted(b)) }

func sorted(entries []ledger.Entry) []ledger.Entry {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b ledger.Entry) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Currency(), b.Amount.Currency()),
			cmp.Compare(a.Amount.Minor(), b.Amount.Minor()))
	})
	return entries
}

func spell(entries []ledger.Entry) string {
	text := ""
	for i, entry := range sorted(entries) {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %v %s", entry.Account, entry.Amount, entry.Amount.Currency())
	}
	return text
}
