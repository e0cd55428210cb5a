package cart

import (
	"cmp"
	"slices"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Bounds of a cart (ours).
const (
	maxLines    = 100
	MaxQuantity = 10_000
)

// Line is a number of one variant, customised in one way. A store's products
// have one variant each, which bears the product's id.
type Line struct {
	Variant  pay.ProductID `json:"variant"`
	Quantity int64         `json:"quantity"`
	Choices  []Choice      `json:"choices,omitempty"` // in the order of their keys
	Pin      *Pin          `json:"pin,omitempty"`     // once a checkout was begun
}

// Pin is what a line sold when its checkout was begun.
type Pin struct {
	Version     pay.VersionID `json:"version"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Price       money.Amount  `json:"price"` // of one
}

// Choice is a customisation as the buyer wants it: values of a select, or a text.
type Choice struct {
	Key    string   `json:"key"`
	Values []string `json:"values,omitempty"`
	Text   string   `json:"text,omitempty"`
}

func equalChoices(a, b []Choice) bool {
	return slices.EqualFunc(a, b, func(a, b Choice) bool {
		return a.Key == b.Key && a.Text == b.Text && slices.Equal(a.Values, b.Values)
	})
}

func inOrder(choices []Choice) []Choice {
	return slices.SortedFunc(slices.Values(choices), func(a, b Choice) int { return cmp.Compare(a.Key, b.Key) })
}

// find is the place of a line, -1 when there is none.
func find(lines []Line, variant pay.ProductID, choices []Choice) int {
	return slices.IndexFunc(lines, func(line Line) bool {
		return line.Variant == variant && equalChoices(line.Choices, choices)
	})
}

// added is the lines with so many more of a variant; 0 takes away what changed
// would. Errors: Invalid "item.quantity", "item" and "item.customizations".
func added(lines []Line, item Item) ([]Line, error) {
	if item.Quantity == 0 {
		return changed(lines, item)
	}
	at := find(lines, item.Variant, item.Choices)
	switch {
	case at < 0 && len(lines) >= maxLines:
		return nil, fault.Invalidf("item", "too_many_lines", "A cart can have at most %d lines", maxLines)
	case at < 0:
		return append(slices.Clone(lines), Line{Variant: item.Variant, Quantity: item.Quantity, Choices: item.Choices}), nil
	}
	grown := slices.Clone(lines)
	if grown[at].Quantity += item.Quantity; grown[at].Quantity > MaxQuantity {
		return nil, badQuantity()
	}
	return grown, nil
}

// changed is the lines with exactly so many of a variant. What is absent stays
// absent (spec/diddo.md §4). Without choices the item means the variant's only
// line. Errors: Invalid "item.customizations".
func changed(lines []Line, item Item) ([]Line, error) {
	at := find(lines, item.Variant, item.Choices)
	if at < 0 && len(item.Choices) == 0 {
		for i, line := range lines {
			if line.Variant != item.Variant {
				continue
			}
			if at >= 0 {
				return nil, fault.Invalidf("item.customizations", "ambiguous_line", "The cart has several lines of this variant: name the customizations of one")
			}
			at = i
		}
	}
	switch {
	case at < 0:
		return lines, nil
	case item.Quantity == 0:
		return slices.Delete(slices.Clone(lines), at, at+1), nil
	}
	set := slices.Clone(lines)
	set[at].Quantity = item.Quantity
	return set, nil
}

// without is the lines without any of a variant.
func without(lines []Line, variant pay.ProductID) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(line Line) bool { return line.Variant == variant })
}

func badQuantity() error {
	return fault.Invalidf("item.quantity", "bad_quantity", "item.quantity must be 0 to %d", MaxQuantity)
}
