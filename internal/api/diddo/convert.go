package diddo

import (
	"net/url"
	"strconv"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// notNull refuses what is present as null (spec/diddo.md §2). Errors: Invalid with the field's name.
func notNull[T any](name string, member api.Optional[T]) error {
	if member.Given && member.Value == nil {
		return fault.Invalidf(name, "null_field", "%s must not be null", name)
	}
	return nil
}

// needed is notNull for a member that has to be there.
func needed[T any](name string, member api.Optional[T]) error {
	if !member.Given {
		return pay.MissingField(name)
	}
	return notNull(name, member)
}

// first is the first error of a list.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// toCartID reads a cart's id, a ULID (spec/diddo.md §1).
// Errors: Invalid with the field's name.
func toCartID(name, raw string) (cart.ID, error) {
	parsed, err := id.ParseULID(raw)
	if err != nil {
		return "", fault.From(err).WithField(name)
	}
	return cart.ID(id.FormatULID(parsed)), nil
}

// queryOf is the query of a call. What cannot be read is refused, where it could
// be taken for absent (spec/diddo.md §2). Errors: Invalid with the member's name.
func queryOf(call *api.Call) (url.Values, error) {
	if wrong := call.Unreadable(); len(wrong) > 0 {
		return nil, wrong[0]
	}
	return call.Query(), nil
}

// toText reads a member of a query, which may be there once.
// Errors: Invalid with the name.
func toText(query url.Values, name string) (text string, given bool, err error) {
	values := query[name]
	if len(values) > 1 {
		return "", true, fault.Invalidf(name, "repeated_parameter", "%s must be given once", name)
	}
	return query.Get(name), len(values) > 0, nil
}

// toNumber reads a number of a query, which is spelled in one way: without a
// sign that says nothing, and without zeros before it.
// Errors: Invalid with the name.
func toNumber(query url.Values, name string, usual, least, most int) (int, error) {
	text, given, err := toText(query, name)
	if err != nil || !given {
		return usual, err
	}
	number, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(number) != text || number < least || number > most {
		if most == unlimited {
			return 0, fault.Invalidf(name, "bad_"+name, "%s must be a number of at least %d", name, least)
		}
		return 0, fault.Invalidf(name, "bad_"+name, "%s must be a number from %d to %d", name, least, most)
	}
	return number, nil
}

// unlimited is the bound of a number that has none of its own.
const unlimited = 1<<31 - 1
