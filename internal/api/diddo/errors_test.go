package diddo

import (
	"errors"
	"testing"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
)

func TestFailure(t *testing.T) {
	t.Parallel()
	t.Run("every kind has a status and a code", func(t *testing.T) {
		t.Parallel()
		for _, kind := range fault.Kinds() {
			if v, told := byKind[kind]; !told || v.status < 400 || v.code == "" {
				t.Errorf("%s is told as %+v", kind, v)
			}
		}
	})
	item := fault.Invalidf("item.variant_id", "variant_unavailable", "no")
	for name, c := range map[string]struct {
		route   string
		problem *fault.Error
		want    string
	}{
		"what is invalid": {
			problem: fault.Invalidf("url", "bad_url", "no").WithHint("Ask"),
			want:    `{"error":{"code":"INVALID_REQUEST","message":"no","status":400,"details":{"field":"url","reason":"bad_url","hint":"Ask"}}}`,
		},
		"who is unknown": {problem: fault.New(fault.Unauthenticated, "x", "no"), want: `{"error":{"code":"UNAUTHORIZED","message":"no","status":401,"details":{"reason":"x"}}}`},
		"who may not":    {problem: fault.New(fault.Forbidden, "x", "no"), want: `{"error":{"code":"FORBIDDEN","message":"no","status":403,"details":{"reason":"x"}}}`},
		"what is not on": {problem: fault.New(fault.NotEnabled, "x", "no"), want: `{"error":{"code":"FORBIDDEN","message":"no","status":403,"details":{"reason":"x"}}}`},
		"what is absent": {problem: fault.New(fault.NotFound, "x", "no"), want: `{"error":{"code":"NOT_FOUND","message":"no","status":404,"details":{"reason":"x"}}}`},
		"a conflict":     {problem: fault.New(fault.Conflict, "x", "no"), want: `{"error":{"code":"CONFLICT","message":"no","status":409,"details":{"reason":"x"}}}`},
		"a request on its way": {
			problem: fault.New(fault.InFlight, "x", "no"), want: `{"error":{"code":"CONFLICT","message":"no","status":409,"details":{"reason":"x"}}}`,
		},
		"a wrong state":       {problem: fault.New(fault.State, "x", "no"), want: `{"error":{"code":"INVALID_REQUEST","message":"no","status":400,"details":{"reason":"x"}}}`},
		"what was never made": {problem: fault.New(fault.NotImplemented, "x", "no"), want: `{"error":{"code":"INVALID_REQUEST","message":"no","status":400,"details":{"reason":"x"}}}`},
		"too many calls":      {problem: fault.New(fault.Limited, "x", "no"), want: `{"error":{"code":"RATE_LIMITED","message":"no","status":429,"details":{"reason":"x"}}}`},
		"a server that is not ready": {
			problem: fault.New(fault.Unavailable, "x", "no"), want: `{"error":{"code":"SERVICE_UNAVAILABLE","message":"no","status":503,"details":{"reason":"x"}}}`,
		},
		"an internal fault shows nothing of itself": {
			problem: fault.From(errors.New("secret")).WithHint("secret").WithField("secret"), want: `{"error":{"code":"INTERNAL_ERROR","message":"Internal server error","status":500}}`,
		},
		"nor does one with a code that is told otherwise": {
			problem: fault.New(fault.Internal, "cart_not_found", "secret"), want: `{"error":{"code":"INTERNAL_ERROR","message":"Internal server error","status":500}}`,
		},
		"nor does a kind outside the set": {
			problem: fault.New(99, "secret", "secret"), want: `{"error":{"code":"INTERNAL_ERROR","message":"Internal server error","status":500}}`,
		},
		"a wrong method": {
			problem: fault.New(fault.Invalid, "method_not_allowed", "no"), want: `{"error":{"code":"METHOD_NOT_ALLOWED","message":"no","status":405,"details":{"reason":"method_not_allowed"}}}`,
		},
		"a body beyond bounds": {
			problem: fault.New(fault.Invalid, "body_too_large", "no"), want: `{"error":{"code":"PAYLOAD_TOO_LARGE","message":"no","status":413,"details":{"reason":"body_too_large"}}}`,
		},
		"no such webhook": {
			problem: errWebhookNotFound, want: `{"error":{"code":"WEBHOOK_NOT_FOUND","message":"There is no such webhook","status":404,"details":{"reason":"webhook_not_found"}}}`,
		},
		"a webhook that is there": {
			problem: errWebhookExists,
			want:    `{"error":{"code":"WEBHOOK_ALREADY_EXISTS","message":"There is a webhook with this URL already","status":409,"details":{"field":"url","reason":"webhook_exists"}}}`,
		},
		"no such cart": {
			problem: cart.ErrNotFound, want: `{"error":{"code":"CART_NOT_FOUND","message":"There is no such cart","status":404,"details":{"reason":"cart_not_found"}}}`,
		},
		"no such cart to begin": {
			route: pathBegin, problem: cart.ErrNotFound,
			want: `{"error":{"code":"CART_NOT_FOUND","message":"There is no such cart","status":400,"details":{"reason":"cart_not_found"}}}`,
		},
		"no such cart for the older checkout": {
			route: pathOldCheckout, problem: cart.ErrNotFound,
			want: `{"error":{"code":"CART_NOT_FOUND","message":"There is no such cart","status":400,"details":{"reason":"cart_not_found"}}}`,
		},
		"a cart that was submitted": {
			problem: cart.ErrAlreadySubmitted,
			want:    `{"error":{"code":"ALREADY_SUBMITTED","message":"The cart has been submitted already","status":409,"details":{"reason":"already_submitted"}}}`,
		},
		"a buyer who is missing": {
			problem: fault.Invalidf("cart_id", "buyer_identity_missing", "no"),
			want:    `{"error":{"code":"BUYER_IDENTITY_MISSING","message":"no","status":400,"details":{"field":"cart_id","reason":"buyer_identity_missing"}}}`,
		},
		"a cart that cannot be sold": {
			route: pathBegin, problem: fault.New(fault.State, "variant_unavailable", "no"),
			want: `{"error":{"code":"VALIDATION_FAILED","message":"no","status":422,"details":{"reason":"variant_unavailable"}}}`,
		},
		"an item that cannot be added": {
			problem: item, want: `{"error":{"code":"INVALID_REQUEST","message":"no","status":400,"details":{"field":"item.variant_id","reason":"variant_unavailable"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var route *api.Route
			if c.route != "" {
				route = &api.Route{Path: c.route}
			}
			got := failure(route, c.problem)
			if string(got.Body) != c.want {
				t.Errorf("got  %s\nwant %s", got.Body, c.want)
			}
			if v := verdictOf(route, c.problem); got.Status != v.status {
				t.Errorf("the status is %d, and %d in its body", got.Status, v.status)
			}
		})
	}
}
