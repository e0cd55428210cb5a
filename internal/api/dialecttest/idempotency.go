package dialecttest

import (
	"net/http"
	"testing"

	"tillway/internal/pay"
)

func runIdempotency(t *testing.T, b *bench, sample Sample) {
	header := b.subject.IdempotencyHeader
	if header == "" || !sample.good() {
		return
	}
	key := func(value string) http.Header { return http.Header{header: {value}} }
	made := sample.request(t)

	rows := b.subject.Rows(t)
	for _, bad := range b.subject.BadKeys {
		b.mustFail(t, b.do(t, sample.who(), made, key(bad)), http.StatusBadRequest)
	}
	b.mustFail(t, b.doRaw(t, sample.who(), made, []byte("{"), key("k-1")), http.StatusBadRequest)
	b.mustNotWrite(t, rows)

	// The failure above freed the key.
	first := b.do(t, sample.who(), made, key("k-1"))
	b.mustSucceed(t, first, sample)
	rows = b.subject.Rows(t)
	second := b.do(t, sample.who(), made, key("k-1"))
	b.mustSucceed(t, second, sample)
	if sample.Forgetful {
		if second.Body.String() == first.Body.String() && !sample.Reads {
			t.Errorf("the answer was replayed: %s", first.Body)
		}
		if sample.Reads {
			b.mustNotWrite(t, rows)
		}
		return
	}
	if first.Body.String() != second.Body.String() {
		t.Errorf("the replay differs:\nfirst  %s\nsecond %s", first.Body, second.Body)
	}
	b.mustNotWrite(t, rows)

	// The key is the whole identity: a broken body gets the same answer.
	// The file forbids such a request, so the contract does not watch it.
	unwatched := &bench{subject: b.subject, handler: b.subject.Handler}
	if broken := unwatched.doRaw(t, sample.who(), made, []byte("{"), key("k-1")); broken.Body.String() != first.Body.String() {
		t.Errorf("a repetition with another body got %s", broken.Body)
	}
	b.mustNotWrite(t, rows)

	// It belongs to one holder in one environment.
	for _, other := range []Who{{Class: sample.Class, Env: pay.Test, Stranger: true}, {Class: sample.Class, Env: pay.Prod}} {
		// An equal answer may be their own; then it was at least written down.
		rows = b.subject.Rows(t)
		answer := b.do(t, other, made, key("k-1"))
		if answer.Body.String() == first.Body.String() && b.subject.Rows(t) == rows {
			t.Errorf("%+v was given another's answer", other)
		}
	}
}
