package diddo

import (
	"context"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

func (w identityWire) buyer() pay.Buyer {
	return pay.Buyer{
		FirstName: w.FirstName, LastName: w.LastName, Phone: w.Phone, Address1: w.Address1, Address2: w.Address2,
		City: w.City, Province: w.ProvinceCode, Postcode: w.PostalCode, Country: w.CountryCode,
	}
}

func fromBuyer(email string, b pay.Buyer) identityWire {
	return identityWire{
		FirstName: b.FirstName, LastName: b.LastName, Address1: b.Address1, Address2: b.Address2, City: b.City,
		ProvinceCode: b.Province, CountryCode: b.Country, PostalCode: b.Postcode, Email: email, Phone: b.Phone,
	}
}

// The two spellings of a customer have the same members in the same order.
func (w buyerInfoWire) buyer() pay.Buyer { return identityWire(w).buyer() }

// spelling is how a request spells the members of a customer, by the field of
// the core's faults.
type spelling map[string]string

// spellingOf a member of the request that holds a customer; line is what its
// lines of the address are called before their number.
func spellingOf(member, line string) spelling {
	s := spelling{"buyer": member, "buyerEmail": member + ".email", "email": member + ".email"}
	for field, name := range map[string]string{
		"firstName": "first_name", "lastName": "last_name", "phone": "phone", "city": "city",
		"province": "province_code", "postcode": "postal_code", "country": "country_code",
	} {
		s["buyer."+field] = member + "." + name
	}
	s["buyer.address1"], s["buyer.address2"] = member+"."+line+"1", member+"."+line+"2"
	return s
}

// handle has the faults of a route name the members as the request does.
func (s spelling) handle(next api.Handler) api.Handler {
	return func(ctx context.Context, call *api.Call) (pay.Answer, error) {
		answer, err := next(ctx, call)
		problem := fault.From(err)
		if problem == nil || s[problem.Field] == "" {
			return answer, err
		}
		named := problem.WithField(s[problem.Field])
		named.Message = strings.ReplaceAll(problem.Message, problem.Field, named.Field)
		return answer, named
	}
}
