package conformance

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/test/harness"
)

var guideProgram = regexp.MustCompile("(?s)<!-- sample: (\\S+) -->\n```\\w+\n(.*?)\n```")

// guidePrograms are how to run the programs of docs/webhooks.md: the name of
// each in the guide, and the command.
var guidePrograms = map[string][]string{
	"sdk.mjs":        {"node"},
	"javascript.mjs": {"node"},
	"standard.mjs":   {"node"},
	"python.py":      {"python3"},
	"php.php":        {"php"},
	"go.txt":         {"go", "run"},
	"java.txt":       {"java"},
}

// mustWriteGuide puts the guide's programs into a folder beside the clients
// that they import.
func mustWriteGuide(t *testing.T) map[string]string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "webhooks.md"))
	if err != nil {
		t.Fatal(err)
	}
	place := t.TempDir()
	clients, err := filepath.Abs("node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(clients, filepath.Join(place, "node_modules")); err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, found := range guideProgram.FindAllStringSubmatch(string(guide), -1) {
		name := found[1]
		file := filepath.Join(place, name)
		if base, text := strings.CutSuffix(name, ".txt"); text {
			file = filepath.Join(place, "sample."+base)
		}
		if err := os.WriteFile(file, []byte(found[2]), 0o600); err != nil {
			t.Fatal(err)
		}
		written[name] = file
	}
	for name := range guidePrograms {
		if written[name] == "" {
			t.Fatalf("the guide has no program %s", name)
		}
	}
	if len(written) != len(guidePrograms) {
		t.Fatalf("the guide has %d programs, and %d are run", len(written), len(guidePrograms))
	}
	return written
}

// mustJudge runs one of the guide's programs on a request, and reports whether
// it accepted.
func mustJudge(t *testing.T, name, file, body string, env ...string) (accepted bool, printed string) {
	t.Helper()
	command := guidePrograms[name]
	program, err := exec.LookPath(command[0])
	if err != nil {
		t.Fatalf("the guide's %s needs %s: run `make deps`", name, command[0])
	}
	ctx, cancel := context.WithTimeout(t.Context(), nodePatience)
	defer cancel()
	run := harness.Mortal(exec.CommandContext(ctx, program, append(command[1:], file)...))
	run.Dir = filepath.Dir(file)
	run.Env = append(os.Environ(), env...)
	run.Stdin = strings.NewReader(body)
	output, err := run.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s hangs:\n%s", name, output)
	}
	return err == nil, string(output)
}

// signAs makes the header that a server with the key would send.
func signAs(t *testing.T, key *rsa.PrivateKey, body string, at time.Time) string {
	t.Helper()
	stamp := fmt.Sprint(at.UnixMilli())
	digest := sha256.Sum256([]byte(stamp + "." + body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return "t=" + stamp + ",v1=" + base64.StdEncoding.EncodeToString(signature)
}

func mustKey(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// Every program of the guide believes a real delivery, and neither a tampered
// nor a stale one. A stale one cannot be had from the server, which signs each
// attempt afresh; so it, and one that differs in its age alone, are signed
// here, with a key that the program is given.
func TestGuidesPrograms(t *testing.T) {
	t.Parallel()
	mustFind(t, "@waffo/pancake-ts")
	s, programs := newSeller(t), mustWriteGuide(t)
	real := s.mustSell(t, "real")
	serverKey, header := s.made.Pancake.Test.WebhookPublicKey, real.Headers["x-waffo-signature"]
	key, ownKey := mustKey(t)
	now := time.Now()
	cases := map[string]struct {
		body, header, key string
		accepted          bool
	}{
		"a real one":              {real.Body, header, serverKey, true},
		"a tampered one":          {strings.Replace(real.Body, "12.00", "21.00", 1), header, serverKey, false},
		"one under another key":   {real.Body, header, ownKey, false},
		"a fresh one":             {real.Body, signAs(t, key, real.Body, now), ownKey, true},
		"the same, but stale":     {real.Body, signAs(t, key, real.Body, now.Add(-46*time.Minute)), ownKey, false},
		"the same, from tomorrow": {real.Body, signAs(t, key, real.Body, now.Add(24*time.Hour)), ownKey, false},
	}
	if cases["a tampered one"].body == real.Body {
		t.Fatal("the body has no amount to tamper with")
	}
	for program, file := range programs {
		if program == "standard.mjs" {
			continue
		}
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			for name, c := range cases {
				accepted, printed := mustJudge(t, program, file, c.body, "SIGNATURE="+c.header,
					"WAFFO_WEBHOOK_TEST_PUBLIC_KEY="+strings.ReplaceAll(c.key, "\n", `\n`))
				if accepted != c.accepted {
					t.Errorf("%s: accepted %v, want %v\n%s", name, accepted, c.accepted, printed)
				}
			}
		})
	}
	t.Run("the SDK's program tries the announced key too", func(t *testing.T) {
		t.Parallel()
		accepted, printed := mustJudge(t, "sdk.mjs", programs["sdk.mjs"], real.Body, "SIGNATURE="+header,
			"WAFFO_WEBHOOK_TEST_PUBLIC_KEY="+ownKey, "NEXT_WEBHOOK_PUBLIC_KEY="+serverKey)
		if !accepted {
			t.Errorf("refused:\n%s", printed)
		}
	})
}

// The guide's program for a webhook with a secret of its own.
func TestGuidesStandardProgram(t *testing.T) {
	t.Parallel()
	mustFind(t, "standardwebhooks")
	s, file := newSeller(t), mustWriteGuide(t)["standard.mjs"]
	secret := s.mustRotate(t, "--webhook", s.webhook, "--scheme", "standard").Secret
	real := s.mustSell(t, "real")
	spoken := func(change map[string]string) string {
		headers := map[string]string{}
		for _, from := range []map[string]string{real.Headers, change} {
			for name, value := range from {
				headers[name] = value
			}
		}
		text, err := json.Marshal(headers)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, c := range map[string]struct {
		body, headers, secret string
		accepted              bool
	}{
		"a real one":           {real.Body, spoken(nil), secret, true},
		"a tampered one":       {real.Body + " ", spoken(nil), secret, false},
		"another time":         {real.Body, spoken(map[string]string{"webhook-timestamp": "1614265330"}), secret, false},
		"under another secret": {real.Body, spoken(nil), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false},
	} {
		accepted, printed := mustJudge(t, "standard.mjs", file, c.body, "HEADERS="+c.headers, "WEBHOOK_SECRET="+c.secret)
		if accepted != c.accepted {
			t.Errorf("%s: accepted %v, want %v\n%s", name, accepted, c.accepted, printed)
		}
	}
}
