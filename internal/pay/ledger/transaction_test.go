package ledger_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

// anyFact draws a fact of any kind that has postings of its own, in any
// currency, with amounts up to the greatest that cannot overflow.
func anyFact() *rapid.Generator[ledger.Transaction] {
	return rapid.Custom(func(t *rapid.T) ledger.Transaction {
		c := rapid.SampledFrom(money.Currencies()).Draw(t, "currency")
		whole := rapid.OneOf(rapid.Int64Range(1, 10_000), rapid.Int64Range(1, math.MaxInt64/2)).Draw(t, "whole")
		amount := money.New(whole, c)
		part := money.New(rapid.Int64Range(0, whole).Draw(t, "part"), c)
		from := rapid.SampledFrom([]ledger.Account{ledger.StorePending, ledger.StoreAvailable}).Draw(t, "from")
		post := rapid.SampledFrom([]func() (ledger.Transaction, error){
			func() (ledger.Transaction, error) { return ledger.Charge("f", "simulator", amount, part) },
			func() (ledger.Transaction, error) { return ledger.ProviderFee("f", "simulator", amount) },
			func() (ledger.Transaction, error) { return ledger.PlatformFee("f", amount) },
			func() (ledger.Transaction, error) { return ledger.ReleaseHold("f", amount) },
			func() (ledger.Transaction, error) { return ledger.AskRefund("f", from, amount, part) },
			func() (ledger.Transaction, error) { return ledger.FinishRefund("f", "simulator", amount) },
			func() (ledger.Transaction, error) { return ledger.CaptureLate("f", "simulator", amount) },
			func() (ledger.Transaction, error) { return ledger.AskLateCaptureRefund("f", amount) },
			func() (ledger.Transaction, error) { return ledger.HonourLateCapture("f", amount, part) },
			func() (ledger.Transaction, error) { return ledger.AskPayout("f", amount, part) },
			func() (ledger.Transaction, error) { return ledger.FinishPayout("f", "simulator", amount) },
			func() (ledger.Transaction, error) { return ledger.OpenDispute("f", amount) },
			func() (ledger.Transaction, error) { return ledger.LoseDispute("f", "simulator", amount) },
		}).Draw(t, "fact")
		transaction, err := post()
		if err != nil {
			t.Fatalf("posting %v with %v: %v", amount, part, err)
		}
		return transaction
	})
}

// sums adds up entries by account and currency; nothing overflows, because
// anyFact stays below half of the range.
func sums(t *rapid.T, transactions ...ledger.Transaction) map[ledger.Entry]int64 {
	t.Helper()
	totals := map[ledger.Entry]int64{}
	for _, transaction := range transactions {
		for _, entry := range transaction.Entries {
			totals[ledger.Entry{Account: entry.Account, Amount: money.Zero(entry.Amount.Currency())}] += entry.Amount.Minor()
		}
	}
	return totals
}

func TestEveryFactSumsToZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fact := anyFact().Draw(t, "fact")
		var total int64
		for _, entry := range fact.Entries {
			if entry.Amount.IsZero() {
				t.Fatalf("%s posts nothing to %s", fact.Kind, entry.Account)
			}
			total += entry.Amount.Minor()
		}
		if total != 0 {
			t.Fatalf("%s is off by %d: %s", fact.Kind, total, lines(fact))
		}
		if err := fact.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReverseCancels(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fact := anyFact().Draw(t, "fact")
		before := slices.Clone(fact.Entries)
		undone := ledger.Reverse(ledger.RefundFailed, "f", fact)
		if err := undone.Check(); err != nil {
			t.Fatal(err)
		}
		for place, total := range sums(t, fact, undone) {
			if total != 0 {
				t.Fatalf("%s keeps %d after %s was reversed", place.Account, total, fact.Kind)
			}
		}
		if !slices.Equal(fact.Entries, before) {
			t.Fatal("reversing changed the original")
		}
		if twice := ledger.Reverse(fact.Kind, "f", undone); !slices.Equal(twice.Entries, fact.Entries) {
			t.Fatal("reversing twice is not the original")
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	entry := func(account ledger.Account, amount money.Amount) ledger.Entry {
		return ledger.Entry{Account: account, Amount: amount}
	}
	debit, credit := entry(ledger.Provider("simulator"), dollars(5)), entry(ledger.StorePending, dollars(-5))
	sound := ledger.Transaction{Kind: ledger.ChargeCaptured, FactID: "a1", Entries: []ledger.Entry{debit, credit}}

	accepted := map[string][]ledger.Entry{
		"two entries":        {debit, credit},
		"one account twice":  {debit, entry(ledger.StorePending, dollars(-2)), entry(ledger.StorePending, dollars(-3))},
		"two currencies":     {debit, credit, entry(ledger.Provider("x"), money.New(7, eur)), entry(ledger.Suspense, money.New(-7, eur))},
		"the largest amount": {entry(ledger.Provider("x"), dollars(math.MaxInt64)), entry(ledger.Suspense, dollars(-math.MaxInt64))},
	}
	for name, entries := range accepted {
		t.Run("accepts "+name, func(t *testing.T) {
			t.Parallel()
			checked := sound
			checked.Entries = entries
			if err := checked.Check(); err != nil {
				t.Error(err)
			}
		})
	}
	refused := []struct {
		name   string
		change func(*ledger.Transaction)
		code   string
	}{
		{"an unknown kind", func(x *ledger.Transaction) { x.Kind = "gift" }, "ledger_malformed"},
		{"no fact", func(x *ledger.Transaction) { x.FactID = "" }, "ledger_malformed"},
		{"no entries", func(x *ledger.Transaction) { x.Entries = nil }, "ledger_malformed"},
		{"a single entry", func(x *ledger.Transaction) { x.Entries = x.Entries[:1] }, "ledger_malformed"},
		{"an entry of zero", func(x *ledger.Transaction) {
			x.Entries = append(x.Entries, entry(ledger.Suspense, dollars(0)))
		}, "ledger_malformed"},
		{"an entry without an amount", func(x *ledger.Transaction) {
			x.Entries = append(x.Entries, entry(ledger.Suspense, money.Amount{}))
		}, "ledger_malformed"},
		{"an unknown currency", func(x *ledger.Transaction) {
			x.Entries = []ledger.Entry{
				entry(ledger.Suspense, money.New(1, "XAU")), entry(ledger.StorePending, money.New(-1, "XAU")),
			}
		}, "ledger_malformed"},
		{"an unknown account", func(x *ledger.Transaction) { x.Entries[1].Account = "store/lost" }, "ledger_malformed"},
		{"a provider without a name", func(x *ledger.Transaction) { x.Entries[0].Account = ledger.Provider("") }, "ledger_malformed"},
		{"a sum that is off by one", func(x *ledger.Transaction) { x.Entries[1].Amount = dollars(-4) }, "ledger_unbalanced"},
		{"two currencies that balance only together", func(x *ledger.Transaction) {
			x.Entries[1].Amount = money.New(-5, eur)
		}, "ledger_unbalanced"},
		{"a sum that is zero only by overflow", func(x *ledger.Transaction) {
			x.Entries = []ledger.Entry{
				entry(ledger.Suspense, dollars(math.MaxInt64)), entry(ledger.Suspense, dollars(math.MaxInt64)),
				entry(ledger.StorePending, dollars(2)),
			}
		}, "ledger_unbalanced"},
	}
	for _, c := range refused {
		t.Run("refuses "+c.name, func(t *testing.T) {
			t.Parallel()
			checked := sound
			checked.Entries = slices.Clone(sound.Entries)
			c.change(&checked)
			if err := checked.Check(); !fault.Is(err, fault.Internal) || fault.CodeOf(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestAccountsHaveTheNatureOfTheSheet(t *testing.T) {
	t.Parallel()
	cases := map[ledger.Account]struct {
		nature ledger.Nature
		sign   int
	}{
		ledger.Provider("simulator"): {ledger.Asset, 1},
		ledger.FeesProvider:          {ledger.Expense, 1},
		ledger.FeesPlatform:          {ledger.Income, -1},
		ledger.StorePending:          {ledger.Liability, -1},
		ledger.StoreAvailable:        {ledger.Liability, -1},
		ledger.TaxCollected:          {ledger.Liability, -1},
		ledger.RefundsInTransit:      {ledger.Liability, -1},
		ledger.PayoutsInTransit:      {ledger.Liability, -1},
		ledger.DisputesHeld:          {ledger.Liability, -1},
		ledger.Suspense:              {ledger.Liability, -1},
		"store/lost":                 {"", 0},
		"provider/":                  {"", 0},
		"":                           {"", 0},
	}
	for account, want := range cases {
		if got := account.Nature(); got != want.nature || got.Sign() != want.sign {
			t.Errorf("%q is %q with sign %d, want %q with %d", account, got, got.Sign(), want.nature, want.sign)
		}
	}
	if name, ok := ledger.Provider("stripe").Connector(); !ok || name != "stripe" {
		t.Errorf("the connector is %q, %v", name, ok)
	}
	if name, ok := ledger.Suspense.Connector(); ok {
		t.Errorf("suspense has the connector %q", name)
	}
}
