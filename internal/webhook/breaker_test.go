package webhook

import (
	"testing"
	"time"
)

func TestABreakerOpensAfterFailuresOneUponTheOther(t *testing.T) {
	t.Parallel()
	var b breaker
	now := morning
	for n := range breakAfter {
		if b.open {
			t.Fatalf("open after %d failures", n)
		}
		b.failed(false, now, now)
		now = now.Add(time.Second)
	}
	if !b.open || !b.until.Equal(now.Add(firstPause-time.Second)) {
		t.Errorf("open %v until %v", b.open, b.until)
	}
}

func TestAnAnswerStartsTheCountAnew(t *testing.T) {
	t.Parallel()
	l := newLine("a")
	bad, good := heard{class: Connect, sent: true}, heard{class: Status, status: 404, sent: true}
	for range 10 {
		for range breakAfter - 1 {
			l.note(bad, false, morning, morning)
		}
		l.note(good, false, morning, morning)
	}
	if l.breaker.open {
		t.Error("the breaker opened")
	}
}

func TestFailuresFarApartNeverOpenABreaker(t *testing.T) {
	t.Parallel()
	var b breaker
	now := morning
	for range 1000 {
		now = now.Add(streakGap + time.Microsecond)
		b.failed(false, now, now)
		if b.open {
			t.Fatal("the breaker opened")
		}
	}
}

func TestFailingProbesDoubleThePauseUpToFiveMinutes(t *testing.T) {
	t.Parallel()
	var b breaker
	now := morning
	for range breakAfter {
		b.failed(false, now, now)
	}
	for _, want := range []int{5, 10, 20, 40, 80, 160, 300, 300} {
		if got := b.until.Sub(now); got != time.Duration(want)*time.Second {
			t.Errorf("a pause of %v, want %d s", got, want)
		}
		b.failed(false, morning, now) // what began before tells nothing new
		now = b.until
		b.failed(true, now, now)
	}
	b.answered()
	if b.open {
		t.Error("an answer left the breaker open")
	}
}

func TestAProbeOfAQuietLineCloses(t *testing.T) {
	t.Parallel()
	var b breaker
	for range breakAfter {
		b.failed(false, morning, morning)
	}
	later := b.until.Add(streakGap + time.Second)
	b.failed(true, later, later)
	if b.open || b.streak != 1 {
		t.Errorf("open %v after a streak of %d", b.open, b.streak)
	}
}

func TestWhatUnwellMeans(t *testing.T) {
	t.Parallel()
	for _, check := range []struct {
		heard heard
		want  bool
	}{
		{heard{class: Connect}, true},
		{heard{class: Resolve}, true},
		{heard{class: Timeout}, true},
		{heard{class: Broken}, true},
		{heard{class: Status, status: 500}, true},
		{heard{class: Status, status: 504}, true},
		{heard{class: Timeout, cut: true}, false},
		{heard{class: Status, status: 429}, false},
		{heard{class: Status, status: 404}, false},
		{heard{class: Redirect, status: 302}, false},
		{heard{class: Rejected, status: 200}, false},
		{heard{class: Refused}, false},
		{heard{}, false},
	} {
		if got := check.heard.unwell(); got != check.want {
			t.Errorf("%+v: %v", check.heard, got)
		}
	}
}

func TestNoBreakerKeepsEventsFromAListener(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for id, want := range map[QueueID]bool{"endpoint": true, queueOfListener("endpoint"): false} {
		l := newLine(id)
		for range 2 * breakAfter {
			l.note(heard{class: Status, status: 500, sent: true}, false, now, now)
		}
		if l.breaker.open != want {
			t.Errorf("%s: after ten failures the breaker is open: %t, want %t", id, l.breaker.open, want)
		}
	}
}
