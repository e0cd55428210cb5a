package id_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"tillway/internal/id"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const text = "whsec_hunter2"
	secret := id.Secret(text)
	type endpoint struct {
		Name   string
		Secret id.Secret
	}
	holder := endpoint{"webhook", secret}

	printed := map[string]string{"String": secret.String(), "GoString": secret.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3s"} {
		printed[verb] = fmt.Sprintf(verb, secret)
		printed[verb+" of a struct"] = fmt.Sprintf(verb, holder)
		printed[verb+" of a pointer"] = fmt.Sprintf(verb, &secret)
	}
	marshalled, err := json.Marshal(map[string]any{"a": secret, "b": holder, "c": []id.Secret{secret}})
	if err != nil {
		t.Fatal(err)
	}
	printed["JSON"] = string(marshalled)
	if marshalled, err = xml.Marshal(holder); err != nil {
		t.Fatal(err)
	}
	printed["XML"] = string(marshalled)
	var lines bytes.Buffer
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("made", "secret", secret, "holder", holder)
	slog.New(slog.NewTextHandler(&lines, nil)).Info("made", "secret", secret, "holder", holder)
	printed["slog"] = lines.String()

	hex := fmt.Sprintf("%x", text)
	for how, got := range printed {
		if strings.Contains(got, "hunter2") || strings.Contains(strings.ToLower(got), hex) {
			t.Errorf("%s gives the secret away: %s", how, got)
		}
		if !strings.Contains(got, "[redacted]") {
			t.Errorf("%s does not say that something was left out: %s", how, got)
		}
	}
	if secret.Reveal() != text {
		t.Errorf("Reveal = %q", secret.Reveal())
	}
}

func TestSecretIsReadFromJSON(t *testing.T) {
	t.Parallel()
	var secret id.Secret
	if err := json.Unmarshal([]byte(`"s3cret"`), &secret); err != nil || secret.Reveal() != "s3cret" {
		t.Errorf("got %q, %v", secret.Reveal(), err)
	}
}

func TestSecretEqual(t *testing.T) {
	t.Parallel()
	secret := id.Secret("s3cret")
	cases := map[id.Secret]bool{"s3cret": true, "s3creT": false, "s3cre": false, "s3cret ": false, "": false}
	for other, want := range cases {
		if secret.Equal(other) != want {
			t.Errorf("Equal(%q) = %v", other.Reveal(), !want)
		}
	}
	if !id.Secret("").IsZero() || secret.IsZero() {
		t.Error("IsZero confuses no secret with one")
	}
}
