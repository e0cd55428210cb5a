// Package telemetry says how the process speaks of itself: the shape of its
// log and what may never appear in it, what is counted and under which name,
// and which build this is.
//
// It knows no package of ours: what is to be counted is told to it in plain
// words and numbers.
package telemetry

import (
	"io"
	"log/slog"
	"os"
	"strings"
)

// LogConfig describes a log.
type LogConfig struct {
	Output io.Writer
	// Terminal makes lines for a person; otherwise they are JSON.
	Terminal bool
	Level    slog.Level
}

// NewLog makes a log that keeps secrets out: values with a secret's type
// redact themselves, and attributes whose key names a secret are redacted here
// whatever their type, should somebody log one by mistake.
func NewLog(config LogConfig) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.Level, ReplaceAttr: redact}
	if config.Terminal {
		return slog.New(slog.NewTextHandler(config.Output, options))
	}
	return slog.New(slog.NewJSONHandler(config.Output, options))
}

// Terminal reports whether a file is a person's terminal.
func Terminal(file *os.File) bool {
	state, err := file.Stat()
	return err == nil && state.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// secretWords are the parts of a key that betray a secret.
var secretWords = []string{
	"authorization", "cookie", "password", "passwd", "secret", "private_key", "privatekey", "master_key",
	"token", "card_number", "cvc", "database_url",
}

const redacted = "[redacted]"

func redact(_ []string, attr slog.Attr) slog.Attr {
	key := strings.ToLower(strings.ReplaceAll(attr.Key, "-", "_"))
	for _, word := range secretWords {
		if strings.Contains(key, word) {
			return slog.String(attr.Key, redacted)
		}
	}
	return attr
}
