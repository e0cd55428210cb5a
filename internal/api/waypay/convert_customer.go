package waypay

import (
	"encoding/json"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

// Limits of customerRef; both are our own.
const (
	maxCustomerText = 255  // characters
	maxCustomerJSON = 2000 // bytes
)

// cnicSize is how many digits a CNIC has (spec/waypay.md §4).
const cnicSize = 13

// toCustomer reads what is told of the buyer. An empty member is an absent one.
func toCustomer(wire *customerWire) (told intent.Customer, err error) {
	if wire == nil {
		return told, nil
	}
	for _, member := range []struct {
		field, text string
		into        **string
	}{
		{"customerRef.name", wire.Name, &told.Name},
		{"customerRef.email", wire.Email, &told.Email},
		{"customerRef.cnic", wire.CNIC, &told.CNIC},
		{"customerRef.phone", wire.Phone, &told.Phone},
	} {
		if member.text == "" {
			continue
		}
		if _, err := pay.CleanText(member.field, member.text, 0, maxCustomerText); err != nil {
			return told, err
		}
		*member.into = &member.text
	}
	if told.Email != nil {
		// It is echoed as it was sent, so that it has to be an address as it is.
		if _, err := pay.CleanEmail("customerRef.email", wire.Email); err != nil || strings.TrimSpace(wire.Email) != wire.Email {
			return told, badFormat("customerRef.email", "customerRef.email must be a valid e-mail address")
		}
	}
	if told.CNIC != nil && (len(wire.CNIC) != cnicSize || !only(wire.CNIC, digit)) {
		return told, badFormat("customerRef.cnic", "customerRef.cnic must be exactly %d digits", cnicSize)
	}
	if told.ShippingAddress, err = toLoose("customerRef.shippingAddress", wire.ShippingAddress, '{'); err != nil {
		return told, err
	}
	told.EstimatedDays, err = toLoose("customerRef.estimatedDays", wire.EstimatedDays, '0')
	return told, err
}

// toLoose reads a member whose type the source does not give: a text, or what
// begins like other, with '0' for a number. An absent one and null are nil.
func toLoose(field string, raw api.Raw, other byte) (json.RawMessage, error) {
	if len(raw) == 0 || string(raw) == "null" || string(raw) == `""` {
		return nil, nil
	}
	first := raw[0]
	if first == '-' || first >= '0' && first <= '9' {
		first = '0'
	}
	switch {
	case first != '"' && first != other:
		return nil, fault.Invalidf(field, "wrong_type", "Invalid type for field %s", field)
	case len(raw) > maxCustomerJSON:
		return nil, tooLong(field, maxCustomerJSON)
	case first != '"':
		return json.RawMessage(raw), nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, badFormat(field, "%s cannot be read", field)
	}
	_, err := pay.CleanProse(field, text, 0, maxCustomerText)
	return json.RawMessage(raw), err
}
