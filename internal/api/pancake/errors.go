package pancake

import (
	"net/http"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// verdict is how a fault is told: an HTTP status, and the layer it is laid to.
// An empty layer is the route's own.
type verdict struct {
	status int
	layer  string
}

// byKind tells every kind of fault (spec/pancake.md §4).
var byKind = map[fault.Kind]verdict{
	fault.Invalid:         {http.StatusBadRequest, ""},
	fault.Unauthenticated: {http.StatusUnauthorized, layerGateway},
	fault.Forbidden:       {http.StatusForbidden, ""},
	fault.NotFound:        {http.StatusNotFound, ""},
	fault.Conflict:        {http.StatusConflict, ""},
	fault.State:           {http.StatusBadRequest, ""},
	fault.InFlight:        {http.StatusConflict, layerGateway},
	fault.Limited:         {http.StatusTooManyRequests, layerGateway},
	fault.NotEnabled:      {http.StatusForbidden, ""},
	fault.NotImplemented:  {http.StatusNotImplemented, ""},
	fault.Unavailable:     {http.StatusBadGateway, ""},
	fault.Internal:        {http.StatusInternalServerError, ""},
}

// byCode are the exceptions: faults that are laid to another layer than their
// route's, or told by another status than their kind's (0 is the kind's).
var byCode = map[string]verdict{
	"no_such_route":           {0, layerGateway},
	"method_not_allowed":      {http.StatusMethodNotAllowed, layerGateway},
	"body_too_large":          {http.StatusRequestEntityTooLarge, layerGateway},
	"body_incomplete":         {0, layerGateway},
	"malformed_json":          {0, layerGateway},
	"too_deep":                {0, layerGateway},
	"repeated_field":          {0, layerGateway},
	"missing_environment":     {0, layerGateway},
	"bad_idempotency_key":     {0, layerGateway},
	"credential_not_accepted": {0, layerGateway},
	"store_not_found":         {0, layerStore},
	"store_access_denied":     {0, layerStore},
	"store_not_active":        {0, layerStore},
	"prod_not_enabled":        {0, layerStore},
	"product_not_found":       {0, layerProduct},
	"product_inactive":        {0, layerProduct},
	"no_version":              {0, layerProduct},
	"no_price":                {0, layerProduct},
}

// verdictOf looks a fault up: by code first, then by kind. A kind outside the
// closed set counts as Internal.
func verdictOf(route *api.Route, problem *fault.Error) verdict {
	v, ok := byKind[problem.Kind]
	if !ok {
		v = byKind[fault.Internal]
	}
	if special, ok := byCode[problem.Code]; ok && problem.Kind != fault.Internal {
		v.layer = special.layer
		if special.status != 0 {
			v.status = special.status
		}
	}
	if v.layer == "" && route != nil {
		v.layer = route.Layer
	}
	if v.layer == "" {
		v.layer = layerGateway
	}
	return v
}

// failure renders a fault. errors is never empty: the SDK reads a failure
// without any as success (spec/pancake.md §4).
func failure(route *api.Route, problem *fault.Error) pay.Answer {
	v := verdictOf(route, problem)
	told := notice{Message: problem.Message, Layer: v.layer, AIHint: hintOf(problem)}
	if problem.Kind == fault.Internal {
		told.Message, told.AIHint = "Internal server error", ""
	}
	answer, err := api.Document(v.status, envelope{Errors: []notice{told}})
	if err != nil {
		// A notice is three strings; encoding it cannot fail.
		panic(err)
	}
	return answer
}

// hintOf is the remedy, led by the field where the message does not name it.
func hintOf(problem *fault.Error) string {
	last := problem.Field[strings.LastIndex(problem.Field, ".")+1:]
	if last == "" || strings.Contains(problem.Message, last) {
		return problem.Hint
	}
	return strings.TrimSpace("Field: " + problem.Field + ". " + problem.Hint)
}

// maxIdempotencyKey is the longest key (spec/pancake.md §3.5).
const maxIdempotencyKey = 256

func checkIdempotencyKey(key string) error {
	const legal = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	if key != "" && len(key) <= maxIdempotencyKey && onlyOf(key, legal) {
		return nil
	}
	return fault.Invalidf("X-Idempotency-Key", "bad_idempotency_key",
		"Invalid X-Idempotency-Key: use 1 to %d characters of A-Z a-z 0-9 _ -", maxIdempotencyKey)
}

func onlyOf(text, legal string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(legal, r) })
}
