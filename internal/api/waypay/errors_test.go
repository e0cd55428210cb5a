package waypay

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/fault"
)

// Every kind has its status, and no 409 is among them (spec/waypay.md §8).
func TestEveryKindOfFaultIsTold(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]struct {
		status int
		code   string
	}{
		fault.Invalid: {400, "validation_error"}, fault.Unauthenticated: {401, "unauthorized"}, fault.Forbidden: {403, "forbidden"},
		fault.NotFound: {404, "not_found"}, fault.Conflict: {422, "invalid_state"}, fault.State: {422, "invalid_state"},
		fault.InFlight: {422, "invalid_state"}, fault.Limited: {429, "rate_limited"}, fault.NotEnabled: {403, "forbidden"},
		fault.NotImplemented: {501, "not_implemented"}, fault.Unavailable: {502, "unavailable"}, fault.Internal: {500, "internal_error"},
		0: {500, "internal_error"},
	}
	for _, kind := range append(fault.Kinds(), 0) {
		answer := failure(nil, fault.New(kind, "some_code", "Some message"))
		var told failureWire
		if err := json.Unmarshal(answer.Body, &told); err != nil || answer.Status != want[kind].status || told.Code != want[kind].code {
			t.Errorf("%s: %d %s, %v", kind, answer.Status, answer.Body, err)
		}
	}
}

func TestCodesThatAreToldInOtherWords(t *testing.T) {
	t.Parallel()
	for code, c := range map[string]struct {
		kind   fault.Kind
		status int
		told   string
	}{
		"malformed_json": {fault.Invalid, 400, "invalid_json"}, "body_incomplete": {fault.Invalid, 400, "invalid_json"},
		"too_deep": {fault.Invalid, 400, "invalid_json"}, "body_too_large": {fault.Invalid, 413, "request_too_large"},
		"method_not_allowed": {fault.Invalid, 405, "method_not_allowed"}, "repeated_field": {fault.Invalid, 400, "validation_error"},
		"invalid_signature": {fault.Unauthenticated, 401, "invalid_signature"}, "amount_too_low": {fault.State, 422, "amount_too_low"},
		"unsupported_currency": {fault.State, 422, "unsupported_currency"}, "duplicate_order_ref": {fault.Conflict, 422, "duplicate_order_ref"},
		"unsupported_payment_method": {fault.State, 422, "unsupported_payment_method"},
		"refund_exceeds_charge":      {fault.State, 422, "refund_exceeds_amount"}, "payment_not_refundable": {fault.State, 422, "invalid_state"},
	} {
		answer := failure(nil, fault.New(c.kind, code, "Message").WithField("f"))
		var told failureWire
		if err := json.Unmarshal(answer.Body, &told); err != nil || answer.Status != c.status || told.Code != c.told || told.Details.Issue == "" {
			t.Errorf("%s: %d %s, %v", code, answer.Status, answer.Body, err)
		}
	}
}

func TestOurOwnFailuresTellNothing(t *testing.T) {
	t.Parallel()
	problem := fault.New(fault.Internal, "malformed_json", "The secret is x").WithHint("x").WithField("x").WithCause(errors.New("x"))
	if body := string(failure(nil, problem).Body); body != `{"code":"internal_error","message":"Internal server error","details":{}}` {
		t.Errorf("told %s", body)
	}
	request := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	request.Header.Set("Accept", problemType)
	answer, _ := problemDetails(request, nil, problem)
	if strings.Contains(string(answer.Body), "secret") || strings.Contains(string(answer.Body), `"hint"`) || strings.Contains(string(answer.Body), `"errors"`) {
		t.Errorf("told %s", answer.Body)
	}
}
