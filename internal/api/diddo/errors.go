package diddo

import (
	"net/http"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// verdict is how a fault is told: an HTTP status and a code.
type verdict struct {
	status int
	code   string
}

// The codes of errors (spec/diddo.md §6).
const (
	codeInvalid      = "INVALID_REQUEST"
	codeUnauthorized = "UNAUTHORIZED"
	codeForbidden    = "FORBIDDEN"
	codeNotFound     = "NOT_FOUND"
	codeConflict     = "CONFLICT"
	codeLimited      = "RATE_LIMITED"
	codeInternal     = "INTERNAL_ERROR"
	codeUnavailable  = "SERVICE_UNAVAILABLE"
	codeValidation   = "VALIDATION_FAILED" // what was asked is well-formed and cannot be done
)

// byKind tells every kind of fault.
var byKind = map[fault.Kind]verdict{
	fault.Invalid:         {http.StatusBadRequest, codeInvalid},
	fault.Unauthenticated: {http.StatusUnauthorized, codeUnauthorized},
	fault.Forbidden:       {http.StatusForbidden, codeForbidden},
	fault.NotFound:        {http.StatusNotFound, codeNotFound},
	fault.Conflict:        {http.StatusConflict, codeConflict},
	fault.State:           {http.StatusBadRequest, codeInvalid},
	fault.InFlight:        {http.StatusConflict, codeConflict},
	fault.Limited:         {http.StatusTooManyRequests, codeLimited},
	fault.NotEnabled:      {http.StatusForbidden, codeForbidden},
	fault.NotImplemented:  {http.StatusBadRequest, codeInvalid},
	fault.Unavailable:     {http.StatusServiceUnavailable, codeUnavailable},
	fault.Internal:        {http.StatusInternalServerError, codeInternal},
}

// byCode are the exceptions.
var byCode = map[string]verdict{
	"method_not_allowed":     {http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED"},
	"body_too_large":         {http.StatusRequestEntityTooLarge, "PAYLOAD_TOO_LARGE"},
	"webhook_not_found":      {http.StatusNotFound, "WEBHOOK_NOT_FOUND"},
	"webhook_exists":         {http.StatusConflict, "WEBHOOK_ALREADY_EXISTS"},
	"cart_not_found":         {http.StatusNotFound, "CART_NOT_FOUND"},
	"already_submitted":      {http.StatusConflict, "ALREADY_SUBMITTED"},
	"buyer_identity_missing": {http.StatusBadRequest, "BUYER_IDENTITY_MISSING"},
	"store_not_active":       {http.StatusForbidden, codeForbidden},
	"cart_empty":             {http.StatusUnprocessableEntity, codeValidation},
	"variant_unavailable":    {http.StatusUnprocessableEntity, codeValidation},
	"currency_mix":           {http.StatusUnprocessableEntity, codeValidation},
	"nothing_to_pay":         {http.StatusUnprocessableEntity, codeValidation},
}

// cartMissing are the routes on which an unknown cart is a bad request
// (spec/diddo.md §5, §7): neither lists 404.
var cartMissing = map[string]bool{pathBegin: true, pathOldCheckout: true}

// verdictOf looks a fault up: by code first, then by kind. A kind outside the
// closed set counts as Internal.
func verdictOf(route *api.Route, problem *fault.Error) verdict {
	v, known := byKind[problem.Kind]
	if !known {
		v = byKind[fault.Internal]
	}
	if special, ok := byCode[problem.Code]; ok && v.code != codeInternal {
		v = special
	}
	switch {
	case problem.Code == "cart_not_found" && route != nil && cartMissing[route.Path]:
		v.status = http.StatusBadRequest
	case problem.Code == "variant_unavailable" && problem.Kind == fault.Invalid:
		v = byKind[fault.Invalid] // of an item, not of a cart that is to be checked out
	}
	return v
}

// errorWire is every failure.
type errorWire struct {
	Error problemWire `json:"error"`
}

type problemWire struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Status  int          `json:"status"`
	Details *detailsWire `json:"details,omitempty"`
}

// detailsWire says where the fault lies, and why, as far as that is known.
type detailsWire struct {
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason,omitempty"` // finer than the code, in lower case
	Hint   string `json:"hint,omitempty"`
}

// failure renders a fault.
func failure(route *api.Route, problem *fault.Error) pay.Answer {
	v := verdictOf(route, problem)
	told := problemWire{Code: v.code, Message: problem.Message, Status: v.status}
	if v.code == codeInternal {
		told.Message = "Internal server error"
	} else if details := (detailsWire{Field: problem.Field, Reason: problem.Code, Hint: problem.Hint}); details != (detailsWire{}) {
		told.Details = &details
	}
	answer, err := api.Document(v.status, errorWire{Error: told})
	if err != nil {
		// A problem is texts and a number; encoding it cannot fail.
		panic(err)
	}
	return answer
}
