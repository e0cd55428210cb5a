package connectortest

import (
	"bytes"
	"reflect"
	"testing"

	"tillway/internal/connector"
)

func callbackCases() []testCase {
	return []testCase{
		{"a genuine callback tells the truth, twice if it comes twice", []Story{Succeeds}, genuineCallback},
		{"an old callback does not bring back an old truth", []Story{AsksCustomer}, oldCallback},
		{"a forged callback is not believed", []Story{Succeeds}, forgedCallback},
		{"a nonsense callback is refused", nil, nonsenseCallback},
	}
}

func genuineCallback(t *testing.T, b *bench) {
	if b.Callback == nil {
		t.Log("not applicable: the provider makes no callbacks")
		return
	}
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	headers, body := b.Callback(t, connector.Ref{Reference: charge.Reference})
	var first []connector.Signal
	for range 2 {
		signals, err := b.c.ParseCallback(t.Context(), headers, body)
		if err != nil || len(signals) == 0 {
			t.Fatalf("ParseCallback: %d signals, %v", len(signals), err)
		}
		for _, signal := range signals {
			if signal.Ref.Reference != charge.Reference {
				t.Errorf("the signal is about %q, want %q", signal.Ref.Reference, charge.Reference)
			}
			if signal.Authenticated && signal.Observation.Finding == connector.Found {
				wantOutcome(t, "ParseCallback", signal.Observation.Result, connector.Succeeded)
			}
		}
		if first != nil && !reflect.DeepEqual(first, signals) {
			t.Errorf("the same callback tells %+v and then %+v", first, signals)
		}
		first = signals
	}
	b.wantSettled(t, charge.Reference, charge.Amount)
}

// oldCallback delivers late what was sent before the customer answered.
func oldCallback(t *testing.T, b *bench) {
	if b.Callback == nil {
		t.Log("not applicable: the provider makes no callbacks")
		return
	}
	_, ref := b.ask(t, AsksCustomer)
	headers, body := b.Callback(t, ref)
	wantOutcome(t, "Continue", b.c.Continue(t.Context(), ref, approve), connector.Succeeded)
	signals, err := b.c.ParseCallback(t.Context(), headers, body)
	if err != nil {
		return // refusing what is old is as good
	}
	for _, signal := range signals {
		if signal.Authenticated && signal.Observation.Finding == connector.Found &&
			signal.Observation.Result.Outcome.Terminal() {
			wantOutcome(t, "ParseCallback", signal.Observation.Result, connector.Succeeded)
		}
	}
	b.inquire(t, ref.Reference, connector.Succeeded)
}

// forgedCallback: what does not hold may be refused or become a reason to
// inquire, but says nothing by itself.
func forgedCallback(t *testing.T, b *bench) {
	charge, _ := b.begin(t, Succeeds, connector.Succeeded)
	other, _ := b.begin(t, Succeeds, connector.Succeeded)
	if b.Callback == nil {
		b.wantDisbelieved(t, "any body", nil, []byte(`{"reference":"`+charge.Reference+`","status":"declined"}`))
		return
	}
	headers, body := b.Callback(t, connector.Ref{Reference: charge.Reference})
	b.wantDisbelieved(t, "no headers", nil, body)
	b.wantDisbelieved(t, "a space added", headers, append(bytes.Clone(body), ' '))
	b.wantDisbelieved(t, "another charge's reference", headers,
		bytes.ReplaceAll(body, []byte(charge.Reference), []byte(other.Reference)))
	for name, values := range headers {
		spoiled := make(map[string][]string, len(headers))
		for n, v := range headers {
			spoiled[n] = v
		}
		if len(values) == 0 || values[0] == "" || name == "Content-Type" {
			continue
		}
		last := len(values[0]) - 1
		spoiled[name] = []string{values[0][:last] + string(values[0][last]^1)}
		b.wantDisbelieved(t, "header "+name+" changed", spoiled, body)
	}
}

func nonsenseCallback(t *testing.T, b *bench) {
	for _, body := range []string{"", "{", "null", "[]", "<xml/>", "\x00\xff", `{"reference":7}`} {
		b.wantDisbelieved(t, "body "+body, nil, []byte(body))
	}
}

func (b *bench) wantDisbelieved(t *testing.T, forgery string, headers map[string][]string, body []byte) {
	t.Helper()
	signals, err := b.c.ParseCallback(t.Context(), headers, body)
	if err != nil {
		return
	}
	for _, signal := range signals {
		if signal.Authenticated || signal.Observation.Finding != "" {
			t.Errorf("%s: the connector believes %+v", forgery, signal)
		}
	}
}
