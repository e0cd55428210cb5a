package ledger_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

func taxed(total, tax int64) ledger.Taxed {
	return ledger.Taxed{Total: dollars(total), Tax: dollars(tax)}
}

func TestTaxShare(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name              string
		charged, refunded ledger.Taxed
		amount, want      int64
	}{
		{"a full refund carries all the tax", taxed(2900, 463), taxed(0, 0), 2900, 463},
		{"half of it half the tax, rounded up", taxed(2900, 463), taxed(0, 0), 1450, 232},
		{"the last refund takes the remainder", taxed(2900, 463), taxed(1450, 232), 1450, 231},
		{"a third is rounded down", taxed(300, 10), taxed(0, 0), 100, 3},
		{"and the second third too", taxed(300, 10), taxed(100, 3), 100, 3},
		{"so that the last third has more", taxed(300, 10), taxed(200, 6), 100, 4},
		{"no tax stays no tax", taxed(2900, 0), taxed(0, 0), 1, 0},
		{"all tax stays all tax", taxed(100, 100), taxed(0, 0), 40, 40},
		{"tax that is used up is not refunded twice", taxed(100, 50), taxed(50, 50), 1, 0},
		{"tax that would not fit the rest goes early", taxed(100, 49), taxed(51, 0), 1, 1},
		{"the product may exceed 64 bits", taxed(math.MaxInt64, math.MaxInt64-1), taxed(0, 0), math.MaxInt64 - 1, math.MaxInt64 - 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := ledger.TaxShare(c.charged, c.refunded, dollars(c.amount))
			if err != nil || got != dollars(c.want) {
				t.Errorf("got %d, %v; want %d", got.Minor(), err, c.want)
			}
		})
	}
	refused := []struct {
		name              string
		charged, refunded ledger.Taxed
		amount            money.Amount
		kind              fault.Kind
		code              string
	}{
		{"more than was charged", taxed(100, 10), taxed(0, 0), dollars(101), fault.State, "refund_exceeds_charge"},
		{"more than is left", taxed(100, 10), taxed(60, 6), dollars(41), fault.State, "refund_exceeds_charge"},
		{"anything when nothing is left", taxed(100, 10), taxed(100, 10), dollars(1), fault.State, "refund_exceeds_charge"},
		{"nothing", taxed(100, 10), taxed(0, 0), dollars(0), fault.State, "refund_exceeds_charge"},
		{"less than nothing", taxed(100, 10), taxed(0, 0), dollars(-1), fault.State, "refund_exceeds_charge"},
		{"another currency", taxed(100, 10), taxed(0, 0), money.New(1, eur), fault.Internal, "currency_mismatch"},
		{"of a charge with more tax than money", taxed(100, 101), taxed(0, 0), dollars(1), fault.Internal, "ledger_amount"},
		{"after more tax was refunded than charged", taxed(100, 10), taxed(20, 11), dollars(1), fault.Internal, "ledger_amount"},
	}
	for _, c := range refused {
		t.Run("refuses "+c.name, func(t *testing.T) {
			t.Parallel()
			got, err := ledger.TaxShare(c.charged, c.refunded, c.amount)
			if got.IsSet() || !fault.Is(err, c.kind) || fault.CodeOf(err) != c.code {
				t.Errorf("got %v, %v; want %v %s", got, err, c.kind, c.code)
			}
		})
	}
}

// TestRefundsGiveBackExactlyTheTax plays a charge and refunds until nothing is
// left, and sums the book: the store, the tax office and the way must end at
// nothing, and the provider too.
func TestRefundsGiveBackExactlyTheTax(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.OneOf(rapid.Int64Range(1, 50), rapid.Int64Range(1, math.MaxInt64)).Draw(t, "total")
		tax := rapid.Int64Range(0, total).Draw(t, "tax")
		charged, refunded := taxed(total, tax), taxed(0, 0)
		charge, err := ledger.Charge("a", "simulator", charged.Total, charged.Tax)
		if err != nil {
			t.Fatal(err)
		}
		book := []ledger.Transaction{charge}
		for step := 0; refunded.Total != charged.Total; step++ {
			left := total - refunded.Total.Minor()
			amount := left
			if step < 40 {
				amount = rapid.Int64Range(1, left).Draw(t, "amount")
			}
			share, err := ledger.TaxShare(charged, refunded, dollars(amount))
			if err != nil {
				t.Fatal(err)
			}
			requireProportional(t, charged, refunded, amount, share.Minor())
			asked, err := ledger.AskRefund("r", ledger.StorePending, dollars(amount), share)
			if err != nil {
				t.Fatal(err)
			}
			done, err := ledger.FinishRefund("r", "simulator", dollars(amount))
			if err != nil {
				t.Fatal(err)
			}
			book = append(book, asked, done)
			refunded = taxed(refunded.Total.Minor()+amount, refunded.Tax.Minor()+share.Minor())
		}
		if refunded != charged {
			t.Fatalf("refunded %v, charged %v", refunded, charged)
		}
		for place, rest := range sums(t, book...) {
			if rest != 0 {
				t.Fatalf("%s keeps %d", place.Account, rest)
			}
		}
	})
}

// requireProportional compares a share that no bound forced with the exact
// proportion, rounded half up.
func requireProportional(t *rapid.T, charged, refunded ledger.Taxed, amount, share int64) {
	t.Helper()
	moneyLeft := charged.Total.Minor() - refunded.Total.Minor() - amount
	taxLeft := charged.Tax.Minor() - refunded.Tax.Minor() - share
	if moneyLeft == 0 || taxLeft == 0 || taxLeft == moneyLeft {
		return // the last refund, or a bound of TaxShare
	}
	exact := new(big.Int).Mul(big.NewInt(charged.Tax.Minor()), big.NewInt(amount))
	whole := big.NewInt(charged.Total.Minor())
	exact.Lsh(exact, 1).Add(exact, whole).Quo(exact, new(big.Int).Lsh(whole, 1))
	if exact.Int64() != share {
		t.Fatalf("of tax %v in %v a refund of %d carries %d, want %v", charged.Tax, charged.Total, amount, share, exact)
	}
}
