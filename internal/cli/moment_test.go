package cli

import (
	"testing"
	"time"

	"tillway/internal/fault"
)

func TestParseMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":                          {},
		"2026-11-19":                time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC),
		"2026-11-19T10:00:00+02:00": time.Date(2026, 11, 19, 8, 0, 0, 0, time.UTC),
		"24h":                       now.Add(-24 * time.Hour),
		"1h30m":                     now.Add(-90 * time.Minute),
		"7d":                        now.Add(-7 * 24 * time.Hour),
		"0s":                        now,
	} {
		t.Run("reads "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := parseMoment("--since", text, now); err != nil || !got.Equal(want) {
				t.Errorf("%q is %v, %v; want %v", text, got, err, want)
			}
		})
	}
	for _, text := range []string{"yesterday", "-24h", "-1d", "1.5d", "99999999d", "2026-13-01", "d", " "} {
		t.Run("refuses "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := parseMoment("--since", text, now); !fault.Is(err, fault.Invalid) || fault.From(err).Field != "--since" {
				t.Errorf("%q is %v, %v; want a fault that names the flag", text, got, err)
			}
		})
	}
}
