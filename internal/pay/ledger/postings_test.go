package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

var (
	usd = money.MustCurrency("USD")
	eur = money.MustCurrency("EUR")
)

func dollars(minor int64) money.Amount { return money.New(minor, usd) }

// lines spells a transaction as the table of spec/ledger.md does: debits
// before credits, in the order of their posting.
func lines(t ledger.Transaction) string {
	var debits, credits []string
	for _, entry := range t.Entries {
		if entry.Amount.Sign() > 0 {
			debits = append(debits, fmt.Sprintf("%s %d", entry.Account, entry.Amount.Minor()))
		} else {
			credits = append(credits, fmt.Sprintf("%s %d", entry.Account, -entry.Amount.Minor()))
		}
	}
	return strings.Join(debits, " + ") + " → " + strings.Join(credits, " + ")
}

// result lets a table hold the two results of a posting function.
type result struct {
	transaction ledger.Transaction
	err         error
}

func of(transaction ledger.Transaction, err error) result { return result{transaction, err} }

func mustPost(t testing.TB, posted result) ledger.Transaction {
	t.Helper()
	if posted.err != nil {
		t.Fatal(posted.err)
	}
	return posted.transaction
}

// TestEveryRowOfTheSheet states the table of spec/ledger.md in figures.
func TestEveryRowOfTheSheet(t *testing.T) {
	t.Parallel()
	asked := mustPost(t, of(ledger.AskRefund("REF_1", ledger.StoreAvailable, dollars(1000), dollars(160))))
	lateAsked := mustPost(t, of(ledger.AskLateCaptureRefund("REF_2", dollars(2900))))
	payout := mustPost(t, of(ledger.AskPayout("PO_1", dollars(5000), dollars(25))))
	dispute := mustPost(t, of(ledger.OpenDispute("DSP_1", dollars(700))))
	rows := []struct {
		name string
		got  result
		kind ledger.Kind
		fact string
		want string
	}{
		{
			"charge captured", of(ledger.Charge("a1", "simulator", dollars(2900), dollars(463))),
			ledger.ChargeCaptured, "a1", "provider/simulator 2900 → store/pending 2437 + tax/collected 463",
		},
		{
			"charge captured without tax", of(ledger.Charge("a1", "simulator", dollars(2900), dollars(0))),
			ledger.ChargeCaptured, "a1", "provider/simulator 2900 → store/pending 2900",
		},
		{
			"charge that is all tax", of(ledger.Charge("a1", "simulator", dollars(5), dollars(5))),
			ledger.ChargeCaptured, "a1", "provider/simulator 5 → tax/collected 5",
		},
		{
			"provider's fee becomes known", of(ledger.ProviderFee("a1", "stripe", dollars(114))),
			ledger.ProviderFeeKnown, "a1", "fees/provider 114 → provider/stripe 114",
		},
		{
			"platform's fee by rule", of(ledger.PlatformFee("a1", dollars(58))),
			ledger.PlatformFeeTaken, "a1", "store/pending 58 → fees/platform 58",
		},
		{
			"holding period over", of(ledger.ReleaseHold("a1", dollars(2379))),
			ledger.HoldReleased, "a1", "store/pending 2379 → store/available 2379",
		},
		{
			"refund asked after the holding period", of(asked, nil),
			ledger.RefundAsked, "REF_1", "store/available 840 + tax/collected 160 → refunds/in_transit 1000",
		},
		{
			"refund asked within it", of(ledger.AskRefund("REF_1", ledger.StorePending, dollars(1000), dollars(0))),
			ledger.RefundAsked, "REF_1", "store/pending 1000 → refunds/in_transit 1000",
		},
		{
			"refund done", of(ledger.FinishRefund("REF_1", "simulator", dollars(1000))),
			ledger.RefundDone, "REF_1", "refunds/in_transit 1000 → provider/simulator 1000",
		},
		{
			"refund failed", of(ledger.Reverse(ledger.RefundFailed, "REF_1", asked), nil),
			ledger.RefundFailed, "REF_1", "refunds/in_transit 1000 → store/available 840 + tax/collected 160",
		},
		{
			"late capture", of(ledger.CaptureLate("a1", "simulator", dollars(2900))),
			ledger.LateCaptured, "a1", "provider/simulator 2900 → suspense 2900",
		},
		{
			"late capture refunded", of(lateAsked, nil),
			ledger.LateCaptureRefundAsked, "REF_2", "suspense 2900 → refunds/in_transit 2900",
		},
		{
			"late capture's refund failed", of(ledger.Reverse(ledger.RefundFailed, "REF_2", lateAsked), nil),
			ledger.RefundFailed, "REF_2", "refunds/in_transit 2900 → suspense 2900",
		},
		{
			"late capture honoured", of(ledger.HonourLateCapture("a1", dollars(2900), dollars(463))),
			ledger.LateCaptureHonoured, "a1", "suspense 2900 → store/pending 2437 + tax/collected 463",
		},
		{
			"payout asked", of(payout, nil),
			ledger.PayoutAsked, "PO_1", "store/available 5025 → payouts/in_transit 5000 + fees/platform 25",
		},
		{
			"payout asked without a fee", of(ledger.AskPayout("PO_1", dollars(5000), dollars(0))),
			ledger.PayoutAsked, "PO_1", "store/available 5000 → payouts/in_transit 5000",
		},
		{
			"payout paid", of(ledger.FinishPayout("PO_1", "stripe", dollars(5000))),
			ledger.PayoutPaid, "PO_1", "payouts/in_transit 5000 → provider/stripe 5000",
		},
		{
			"payout failed", of(ledger.Reverse(ledger.PayoutFailed, "PO_1", payout), nil),
			ledger.PayoutFailed, "PO_1", "payouts/in_transit 5000 + fees/platform 25 → store/available 5025",
		},
		{
			"dispute opened", of(dispute, nil),
			ledger.DisputeOpened, "DSP_1", "store/available 700 → disputes/held 700",
		},
		{
			"dispute won", of(ledger.Reverse(ledger.DisputeWon, "DSP_1", dispute), nil),
			ledger.DisputeWon, "DSP_1", "disputes/held 700 → store/available 700",
		},
		{
			"dispute lost", of(ledger.LoseDispute("DSP_1", "stripe", dollars(700))),
			ledger.DisputeLost, "DSP_1", "disputes/held 700 → provider/stripe 700",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := mustPost(t, row.got)
			if got.Kind != row.kind || got.FactID != row.fact || lines(got) != row.want {
				t.Errorf("got  %s/%s: %s\nwant %s/%s: %s", got.Kind, got.FactID, lines(got), row.kind, row.fact, row.want)
			}
			if err := got.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsNotPosted(t *testing.T) {
	t.Parallel()
	euros := money.New(100, eur)
	cases := []struct {
		name string
		got  result
		code string
	}{
		{"a charge of nothing", of(ledger.Charge("a1", "simulator", dollars(0), dollars(0))), "ledger_malformed"},
		{"a negative charge", of(ledger.Charge("a1", "simulator", dollars(-1), dollars(0))), "ledger_amount"},
		{"a negative tax", of(ledger.Charge("a1", "simulator", dollars(100), dollars(-1))), "ledger_amount"},
		{"a tax above the charge", of(ledger.Charge("a1", "simulator", dollars(100), dollars(101))), "ledger_amount"},
		{"a tax in another currency", of(ledger.Charge("a1", "simulator", dollars(100), euros)), "currency_mismatch"},
		{"a charge without its tax", of(ledger.Charge("a1", "simulator", dollars(100), money.Amount{})), "currency_mismatch"},
		{"a charge without an amount", of(ledger.Charge("a1", "simulator", money.Amount{}, dollars(1))), "ledger_amount"},
		{"a charge by nobody", of(ledger.Charge("a1", "", dollars(100), dollars(0))), "ledger_malformed"},
		{"a charge for no attempt", of(ledger.Charge("", "simulator", dollars(100), dollars(0))), "ledger_malformed"},
		{"a fee without an amount", of(ledger.PlatformFee("a1", money.Amount{})), "ledger_amount"},
		{"a refund out of the tax", of(ledger.AskRefund("r1", ledger.TaxCollected, dollars(100), dollars(0))), "ledger_malformed"},
		{"a refund of more tax than money", of(ledger.AskRefund("r1", ledger.StorePending, dollars(100), dollars(101))), "ledger_amount"},
		{"a payout with a negative fee", of(ledger.AskPayout("p1", dollars(100), dollars(-1))), "ledger_amount"},
		{"a payout with a foreign fee", of(ledger.AskPayout("p1", dollars(100), euros)), "currency_mismatch"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !fault.Is(c.got.err, fault.Internal) || fault.CodeOf(c.got.err) != c.code || c.got.transaction.Entries != nil {
				t.Errorf("got %s, %v; want %s", lines(c.got.transaction), c.got.err, c.code)
			}
		})
	}
}

func TestEveryReversalUndoesAFactWithPostingsOfItsOwn(t *testing.T) {
	t.Parallel()
	want := map[ledger.Kind][]ledger.Kind{
		ledger.RefundFailed:    {ledger.RefundAsked, ledger.LateCaptureRefundAsked},
		ledger.RefundRejected:  {ledger.RefundAsked, ledger.LateCaptureRefundAsked},
		ledger.RefundWithdrawn: {ledger.RefundAsked},
		ledger.PayoutFailed:    {ledger.PayoutAsked},
		ledger.DisputeWon:      {ledger.DisputeOpened},
	}
	for kind, undone := range want {
		if got := kind.Reverses(); !slices.Equal(got, undone) {
			t.Errorf("%s reverses %v, want %v", kind, got, undone)
		}
		for _, original := range undone {
			if !original.Known() || len(original.Reverses()) != 0 {
				t.Errorf("%s reverses %s, which has no postings of its own", kind, original)
			}
		}
	}
	if ledger.Kind("gift").Known() || ledger.Kind("").Known() {
		t.Error("an unknown kind is known")
	}
}
