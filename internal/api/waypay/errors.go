package waypay

import (
	"net/http"
	"slices"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// verdict is how a fault is told: an HTTP status and Waypay's code. An empty
// code is the fault's own.
type verdict struct {
	status int
	code   string
}

// byKind tells every kind of fault (spec/waypay.md §8): 400 for the form of a
// request, 422 for the rules of the trade. There is no 409.
var byKind = map[fault.Kind]verdict{
	fault.Invalid:         {http.StatusBadRequest, "validation_error"},
	fault.Unauthenticated: {http.StatusUnauthorized, "unauthorized"},
	fault.Forbidden:       {http.StatusForbidden, "forbidden"},
	fault.NotFound:        {http.StatusNotFound, "not_found"},
	fault.Conflict:        {http.StatusUnprocessableEntity, "invalid_state"},
	fault.State:           {http.StatusUnprocessableEntity, "invalid_state"},
	fault.InFlight:        {http.StatusUnprocessableEntity, "invalid_state"},
	fault.Limited:         {http.StatusTooManyRequests, "rate_limited"},
	fault.NotEnabled:      {http.StatusForbidden, "forbidden"},
	fault.NotImplemented:  {http.StatusNotImplemented, "not_implemented"},
	fault.Unavailable:     {http.StatusBadGateway, "unavailable"},
	fault.Internal:        {http.StatusInternalServerError, "internal_error"},
}

// byCode are the exceptions: faults that are told by another status or code than
// their kind's. A zero member is the kind's.
var byCode = map[string]verdict{
	"malformed_json":             {0, "invalid_json"},
	"body_incomplete":            {0, "invalid_json"},
	"too_deep":                   {0, "invalid_json"},
	"body_too_large":             {http.StatusRequestEntityTooLarge, "request_too_large"},
	"method_not_allowed":         {http.StatusMethodNotAllowed, "method_not_allowed"},
	"invalid_signature":          {0, "invalid_signature"},
	"amount_too_low":             {0, "amount_too_low"},
	"unsupported_currency":       {0, "unsupported_currency"},
	"unsupported_payment_method": {0, "unsupported_payment_method"},
	"duplicate_order_ref":        {0, "duplicate_order_ref"},
	"refund_exceeds_charge":      {0, "refund_exceeds_amount"},
}

// verdictOf looks a fault up: by code first, then by kind. A kind outside the
// closed set counts as Internal.
func verdictOf(problem *fault.Error) verdict {
	v, ok := byKind[problem.Kind]
	if !ok {
		v = byKind[fault.Internal]
	}
	special, ok := byCode[problem.Code]
	if !ok || problem.Kind == fault.Internal {
		return v
	}
	if special.status != 0 {
		v.status = special.status
	}
	if special.code != "" {
		v.code = special.code
	}
	return v
}

// The words for what is wrong with a member (spec/waypay.md §8).
const (
	issueRequired = "required"
	issueType     = "invalid_type"
	issueFormat   = "invalid_format"
	issueTooLong  = "too_long"
)

var issues = map[string]string{
	"missing_field": issueRequired, "wrong_type": issueType, "too_long": issueTooLong, "url_too_long": issueTooLong,
}

// issueOf says what is wrong with the member that a fault names, "" when it
// names none. What breaks a rule of the trade is told by the error's own code.
func issueOf(problem *fault.Error, v verdict) string {
	switch {
	case problem.Field == "" || v.code == "internal_error":
		return ""
	case v.code != "validation_error":
		return v.code
	case issues[problem.Code] != "":
		return issues[problem.Code]
	}
	return issueFormat
}

// badFormat makes a fault of a member that has the right type and not the right
// form.
func badFormat(field, format string, args ...any) *fault.Error {
	return fault.Invalidf(field, "bad_format", format, args...)
}

// failure renders a fault in the body that Waypay prefers.
func failure(_ *api.Route, problem *fault.Error) pay.Answer {
	v := verdictOf(problem)
	told := failureWire{Code: v.code, Message: problem.Message}
	if problem.Kind == fault.Internal || !slices.Contains(fault.Kinds(), problem.Kind) {
		told.Message = "Internal server error"
		return document(v.status, told)
	}
	told.Details = detailsWire{Field: problem.Field, Issue: issueOf(problem, v), Hint: problem.Hint}
	return document(v.status, told)
}

// document renders a body whose encoding cannot fail: it is texts and numbers.
func document(status int, content any) pay.Answer {
	answer, err := api.Document(status, content)
	if err != nil {
		panic(err)
	}
	return answer
}
