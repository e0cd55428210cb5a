package pancake

import (
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// field is a required member and whether it is absent.
type field struct {
	name   string
	absent bool
}

// require names all absent fields at once, in the words of spec/pancake.md §4.
func require(fields ...field) error {
	var missing []string
	for _, f := range fields {
		if f.absent {
			missing = append(missing, f.name)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return pay.MissingField(missing[0])
	}
	list := strings.Join(missing, ", ")
	return fault.Invalidf(missing[0], "missing_field", "Missing required fields: %s", list)
}

func text(name, value string) field { return field{name: name, absent: strings.TrimSpace(value) == ""} }

// checkID checks the spelling of an identifier.
func checkID(name, prefix, value string) error {
	if _, err := id.Parse(prefix, value); err != nil {
		return fault.From(err).WithField(name)
	}
	return nil
}

// inField names the field that a value was in, where its parser could not know it.
func inField(name string, err error) error {
	problem := fault.From(err)
	if problem == nil {
		return nil
	}
	named := problem.WithField(name)
	named.Message = name + ": " + problem.Message
	return named
}

// toPrice reads one price of a list or a snapshot.
func toPrice(name string, currency money.Currency, wire priceWire) (pay.Price, error) {
	if wire.Amount == "" {
		return pay.Price{}, pay.MissingField(name + ".amount")
	}
	amount, err := money.Parse(wire.Amount, currency)
	if err != nil {
		return pay.Price{}, inField(name+".amount", err)
	}
	category, err := pay.ParseTaxCategory(name+".taxCategory", wire.TaxCategory)
	if err != nil {
		return pay.Price{}, err
	}
	return pay.Price{Amount: amount, TaxCategory: category}, nil
}

// toBilling reads a billing detail. An absent one is the zero Billing.
func toBilling(wire *billingWire) (pay.Billing, error) {
	if wire == nil {
		return pay.Billing{}, nil
	}
	if strings.TrimSpace(wire.Country) == "" {
		return pay.Billing{}, pay.MissingField("billingDetail.country")
	}
	return pay.Billing(*wire), nil
}

func fromBilling(b pay.Billing) *billingWire {
	if !b.IsSet() {
		return nil
	}
	wire := billingWire(b)
	return &wire
}

// toChange reads a member of an update, where null clears.
func toChange[T any](member api.Optional[T]) pay.Change[T] {
	if !member.Given {
		return pay.Change[T]{}
	}
	return pay.To(member.OrZero())
}
