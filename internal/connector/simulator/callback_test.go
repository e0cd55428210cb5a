package simulator_test

import (
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fault"
)

func TestCallbackWithoutAKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
	keyless := simulator.New(simulator.Config{DB: f.db, Now: f.Now})
	if _, _, err := keyless.Callback(ref); !fault.Is(err, fault.NotEnabled) {
		t.Errorf("Callback: %v, want a fault of kind NotEnabled", err)
	}
	headers, body, err := f.Callback(ref)
	if err != nil {
		t.Fatal(err)
	}
	signals, err := keyless.ParseCallback(t.Context(), headers, body)
	if err != nil || len(signals) != 1 || signals[0].Authenticated {
		t.Errorf("ParseCallback: %+v, %v, want one signal that nobody vouches for", signals, err)
	}
}

func TestCallbackHeader(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, cardCharge("ATT_1", "4242424242424242"), connector.Succeeded)
	headers, body, err := f.Callback(ref)
	if err != nil {
		t.Fatal(err)
	}
	signature := headers[simulator.SignatureHeader][0]
	for name, c := range map[string]struct {
		headers map[string][]string
		want    bool
	}{
		"lower case":     {map[string][]string{"simulator-signature": {signature}}, true},
		"two signatures": {map[string][]string{simulator.SignatureHeader: {signature, signature}}, false},
		"no signature":   {map[string][]string{simulator.SignatureHeader: {}}, false},
		"empty":          {map[string][]string{simulator.SignatureHeader: {""}}, false},
	} {
		signals, err := f.ParseCallback(t.Context(), c.headers, body)
		if err != nil || len(signals) != 1 || signals[0].Authenticated != c.want {
			t.Errorf("%s: %+v, %v, want authenticated %v", name, signals, err, c.want)
		}
	}
}
