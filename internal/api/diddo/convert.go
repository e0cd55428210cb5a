package diddo

import (
	"net/url"
	"strconv"
	"strings"

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

// toCartID reads a cart's id: a ULID, or the same 128 bits as a UUID, which the
// documentation of begin speaks of (spec/diddo.md §1).
// Errors: Invalid with the field's name.
func toCartID(name, raw string) (cart.ID, error) {
	parsed, err := id.ParseULID(raw)
	if err != nil {
		if asUUID, notUUID := id.ParseUUID(raw); notUUID == nil {
			return cart.ID(id.FormatULID(asUUID)), nil
		}
		return "", fault.From(err).WithField(name)
	}
	return cart.ID(id.FormatULID(parsed)), nil
}

// toNumber reads a number of a query. Errors: Invalid with the name.
func toNumber(query url.Values, name string, usual, least, most int) (int, error) {
	values, given := query[name]
	if !given {
		return usual, nil
	}
	number, err := strconv.Atoi(strings.Join(values, ","))
	if err != nil || number < least || number > most {
		if most == unlimited {
			return 0, fault.Invalidf(name, "bad_"+name, "%s must be a number of at least %d", name, least)
		}
		return 0, fault.Invalidf(name, "bad_"+name, "%s must be a number from %d to %d", name, least, most)
	}
	return number, nil
}

// unlimited is the bound of a number that has none of its own.
const unlimited = 1<<31 - 1

// clip keeps a caller's own text fit for a message.
func clip(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
