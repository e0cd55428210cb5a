package link

import "tillway/internal/money"

// Effect says whether a line adds to the total or takes from it.
type Effect string

// The effects of a line.
const (
	Increase Effect = "increase"
	Decrease Effect = "decrease"
)

// Line is one part of a link's total.
type Line struct {
	Label  string       `json:"label"`
	Amount money.Amount `json:"amount"` // more than zero
	Effect Effect       `json:"type"`
	Image  string       `json:"image,omitempty"` // an address; "" is none
}

// BasketValue is what the whole total is called where the merchant named no
// lines (spec/wayl.md §6).
const BasketValue = "Basket Value"

// told are the link's lines, or one over everything.
func (l Link) told() []Line {
	if len(l.Lines) > 0 {
		return l.Lines
	}
	return []Line{{Label: BasketValue, Amount: l.Total, Effect: Increase}}
}

// Sum is what lines of one currency come to. Errors: those of money.
func Sum(lines []Line) (total money.Amount, err error) {
	total = money.Zero(Currency)
	for _, line := range lines {
		if line.Effect == Decrease {
			total, err = total.Sub(line.Amount)
		} else {
			total, err = total.Add(line.Amount)
		}
		if err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}
