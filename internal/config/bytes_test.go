package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
)

func TestBytes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Bytes{
		"0": 0, "1500": 1500, "7B": 7, "2kB": 2000, "10GB": 10_000_000_000, "10 gb": 10_000_000_000, "1.5MB": 1_500_000,
		"1KiB": 1024, "2GiB": 2 << 30, "1TB": 1_000_000_000_000, "1TiB": 1 << 40,
	} {
		var got config.Bytes
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GB", "-1GB", "10XB", "10G", "1e3", "0x10", "inf", "NaN", "9999999999TB", "1..2MB", "1 2GB"} {
		var got config.Bytes
		if err := got.UnmarshalText([]byte(text)); !fault.Is(err, fault.Invalid) || fault.From(err).Hint == "" {
			t.Errorf("%q gives %d and %v, want a fault that says the remedy", text, got, err)
		}
	}
}

func TestTheLogsBoundsAreRead(t *testing.T) {
	t.Parallel()
	cfg, err := parse(t)
	if err != nil || cfg.WebhookLogAge != 30*24*time.Hour || cfg.WebhookLogSize != 0 {
		t.Errorf("unless told, the log keeps %v and %d bytes (%v)", cfg.WebhookLogAge, cfg.WebhookLogSize, err)
	}
	cfg, err = parse(t, "--webhook-log-age", "0", "--webhook-log-size", "10GB")
	if err != nil || cfg.WebhookLogAge != 0 || cfg.WebhookLogSize != 10_000_000_000 {
		t.Errorf("by flags, the log keeps %v and %d bytes (%v)", cfg.WebhookLogAge, cfg.WebhookLogSize, err)
	}
	for _, text := range []string{`{"webhook_log_size": "2MB"}`, `{"webhook_log_size": 2000000}`} {
		file := filepath.Join(t.TempDir(), "tillway.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if cfg, err = parse(t, "--config", file); err != nil || cfg.WebhookLogSize != 2_000_000 {
			t.Errorf("by the file %s, the log keeps %d bytes (%v)", text, cfg.WebhookLogSize, err)
		}
	}
	if _, err := parse(t, "--webhook-log-size", "lots"); err == nil {
		t.Error("a size that is none is taken")
	}
}
