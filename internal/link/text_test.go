package link_test

import (
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/link"
)

func TestParseLife(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"1m": time.Minute, "90m": 90 * time.Minute, "1h": time.Hour, "720h": 720 * time.Hour, "1d": 24 * time.Hour, "30d": 30 * 24 * time.Hour,
		"43200m": 30 * 24 * time.Hour, "007m": 7 * time.Minute,
	} {
		if got, err := link.ParseLife(text); err != nil || got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "m", "0m", "0h", "0d", "31d", "1w", "721h", "43201m", "1", "1H", "1 h", " 1h", "1h ", "-1h", "+1h", "1.5h", "1e2m", "h1", "1hh",
		"99999999999999999999d", "9223372036854775807m", "000000000000000000001m", "١h",
	} {
		if got, err := link.ParseLife(text); fault.CodeOf(err) != "bad_expiry" || fault.From(err).Field != "linkExpiresIn" {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	sum, err := link.Sum([]link.Line{
		{Amount: dinars(5), Effect: link.Increase}, {Amount: dinars(2), Effect: link.Decrease}, {Amount: dinars(1), Effect: link.Increase},
	})
	if err != nil || sum != dinars(4) {
		t.Errorf("%v, %v", sum, err)
	}
	if sum, err := link.Sum(nil); err != nil || sum != dinars(0) {
		t.Errorf("of nothing: %v, %v", sum, err)
	}
	huge := link.Line{Amount: dinars(1 << 53), Effect: link.Increase}
	if _, err := link.Sum([]link.Line{huge, huge}); fault.CodeOf(err) != "amount_overflow" {
		t.Errorf("beyond 64 bits: %v", err)
	}
}
