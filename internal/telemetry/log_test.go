package telemetry_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tillway/internal/id"
	"tillway/internal/telemetry"
)

func TestLogKeepsSecretsOut(t *testing.T) {
	t.Parallel()
	for name, terminal := range map[string]bool{"text": true, "JSON": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			log := telemetry.NewLog(telemetry.LogConfig{Output: &out, Terminal: terminal})
			log.Info("request", "path", "/v1", "Authorization", "hush", "session_token", "hush", "private_key", "hush",
				"key", id.Secret("hush"), slog.Group("card", "cvc", "hush"))
			if strings.Contains(out.String(), "hush") {
				t.Errorf("the log tells a secret: %s", out.String())
			}
			if !strings.Contains(out.String(), "/v1") {
				t.Errorf("the log lost what may be told: %s", out.String())
			}
			if isJSON := strings.HasPrefix(out.String(), "{"); isJSON == terminal {
				t.Errorf("the line is %s", out.String())
			}
		})
	}
}

func TestLogLevel(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := telemetry.NewLog(telemetry.LogConfig{Output: &out, Level: slog.LevelWarn})
	log.Info("not told")
	if out.Len() != 0 {
		t.Errorf("a line below the level is written: %s", out.String())
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if telemetry.Terminal(file) {
		t.Error("a plain file counts as a terminal")
	}
}
