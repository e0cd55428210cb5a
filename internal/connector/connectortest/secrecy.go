package connectortest

import (
	"testing"

	"tillway/internal/connector"
)

func secrecyCases() []testCase {
	return []testCase{{"no answer and no stored value tells a secret", nil, secretsAreKept}}
}

// secretsAreKept begins every story; the inspection of each answer is done by
// the wrapper (inspected.check), and what is stored is read here. A code that
// was typed is a secret too.
func secretsAreKept(t *testing.T, b *bench) {
	for _, story := range Stories() {
		if _, unsupported := b.Unsupported[story]; unsupported {
			continue
		}
		charge, input := b.charge(t, story)
		b.c.Begin(t.Context(), charge)
		if story == AsksForCode {
			b.c.Continue(t.Context(), connector.Ref{Reference: charge.Reference}, typing(input.Codes.Wrong))
		}
		b.c.Inquire(t.Context(), connector.Ref{Reference: charge.Reference})
		b.c.Cancel(t.Context(), connector.Ref{Reference: charge.Reference})
	}
	if len(b.c.secrets) == 0 {
		t.Log("not applicable: no instrument of the harness holds a secret")
	}
	if b.Dump == nil {
		return
	}
	for _, value := range b.Dump(t) {
		b.c.wantNoSecret("the connector's store", value)
	}
}
