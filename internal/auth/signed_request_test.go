package auth_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

func TestSignedRequest(t *testing.T) {
	t.Parallel()

	t.Run("the key that verifies decides the environment", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		keys := []auth.APIKey{w.mustKey(t, 0, pay.Test, "a"), w.mustKey(t, 1, pay.Prod, "a"), w.mustKey(t, 2, pay.Test, "b")}
		for i, key := range keys {
			got, err := w.auth.Authenticate(t.Context(), w.signed(t, i, w.seconds(0)))
			if err != nil {
				t.Fatal(err)
			}
			want := auth.Credential{
				Class: auth.KeyClass, Key: key.ID, Actor: pay.Actor{Kind: pay.ByMerchant, Env: key.Env, Merchant: w.Merchant.ID},
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	})

	t.Run("a revoked key ends at once and the others go on", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		old := w.mustKey(t, 0, pay.Test, "old")
		w.mustKey(t, 1, pay.Test, "new")
		if _, err := w.auth.Authenticate(t.Context(), w.signed(t, 0, w.seconds(0))); err != nil {
			t.Fatal(err)
		}
		if _, err := w.auth.RevokeAPIKey(t.Context(), w.Merchant.ID, old.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.auth.Authenticate(t.Context(), w.signed(t, 0, w.seconds(0))); fault.CodeOf(err) != "authentication_failed" {
			t.Errorf("the revoked key: %v", err)
		}
		if _, err := w.auth.Authenticate(t.Context(), w.signed(t, 1, w.seconds(0))); err != nil {
			t.Errorf("the other key: %v", err)
		}
	})

	t.Run("milliseconds are accepted over their literal text", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.mustKey(t, 0, pay.Test, "a")
		ms := strconv.FormatInt(w.Clock.Now().UnixMilli(), 10)
		if _, err := w.auth.Authenticate(t.Context(), w.signed(t, 0, ms)); err != nil {
			t.Error(err)
		}
		padded := w.signed(t, 0, "0"+w.seconds(0))
		if _, err := w.auth.Authenticate(t.Context(), padded); err != nil {
			t.Errorf("a leading zero is part of the signed text: %v", err)
		}
		padded.Header.Set("X-Timestamp", w.seconds(0))
		if _, err := w.auth.Authenticate(t.Context(), padded); err == nil {
			t.Error("the text was normalised before the signature was checked")
		}
	})

	t.Run("the window is five minutes back and one ahead", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.mustKey(t, 0, pay.Test, "a")
		wide := w.mustAuth(t, auth.MaxWindow)
		for _, c := range []struct {
			by    *auth.Auth
			shift time.Duration
			fresh bool
		}{
			{w.auth, -5 * time.Minute, true},
			{w.auth, -5*time.Minute - time.Second, false},
			{w.auth, time.Minute, true},
			{w.auth, time.Minute + time.Second, false},
			{wide, -45 * time.Minute, true},
			{wide, -45*time.Minute - time.Second, false},
			{wide, time.Minute + time.Second, false},
		} {
			_, err := c.by.Authenticate(t.Context(), w.signed(t, 0, w.seconds(c.shift)))
			if c.fresh != (err == nil) {
				t.Errorf("%s: %v", c.shift, err)
			}
		}
	})
}

func TestSignedRequestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustKey(t, 0, pay.Test, "a")
	// The hash of {"name":"Acme"} was computed outside of this program.
	canonical := `"POST\n/v1/actions/store/create-store\n` + w.seconds(0) + `\nLlJJJ5LC+Uf9xa4OhOrx+cMOScsMzNnZJG8v2B5suqM="`
	for name, c := range map[string]struct {
		change  func(auth.Presented)
		message string
		hint    []string
	}{
		"no merchant":      {func(p auth.Presented) { p.Header.Del("X-Merchant-Id") }, "Missing authentication", []string{"headers: X-Merchant-Id must"}},
		"no timestamp":     {func(p auth.Presented) { p.Header.Del("X-Timestamp") }, "Missing authentication", []string{"headers: X-Timestamp must"}},
		"no signature":     {func(p auth.Presented) { p.Header.Set("X-Signature", "") }, "Missing authentication", []string{"headers: X-Signature must"}},
		"two signatures":   {func(p auth.Presented) { p.Header.Add("X-Signature", "x") }, "Missing authentication", []string{"exactly once"}},
		"nothing":          {func(p auth.Presented) { clear(p.Header) }, "Missing authentication", []string{"X-Store-Slug"}},
		"another scheme":   {func(p auth.Presented) { clear(p.Header); p.Header.Set("Authorization", "Basic eDp5") }, "Missing authentication", nil},
		"bad merchant id":  {func(p auth.Presented) { p.Header.Set("X-Merchant-Id", "MER_1") }, "Invalid API key", []string{"merchant id", "MER_xxx"}},
		"two credentials":  {func(p auth.Presented) { p.Header.Set("X-Store-Slug", "acme") }, "Authentication failed", []string{"api_key, visitor", "exactly one"}},
		"words as time":    {func(p auth.Presented) { p.Header.Set("X-Timestamp", "now") }, "Authentication failed", []string{"timestamp: X-Timestamp must be unix seconds"}},
		"fraction as time": {func(p auth.Presented) { p.Header.Set("X-Timestamp", "1.5") }, "Authentication failed", []string{"timestamp:"}},
		"sign as time":     {func(p auth.Presented) { p.Header.Set("X-Timestamp", "+"+w.seconds(0)) }, "Authentication failed", []string{"timestamp:"}},
		"endless time":     {func(p auth.Presented) { p.Header.Set("X-Timestamp", strings.Repeat("9", 30)) }, "Authentication failed", []string{"timestamp:"}},
		"stale":            {func(p auth.Presented) { p.Header.Set("X-Timestamp", w.seconds(-time.Hour)) }, "Authentication failed", []string{"timestamp:", "1h0m0s old"}},
		"hex signature":    {func(p auth.Presented) { p.Header.Set("X-Signature", "zz") }, "Authentication failed", []string{"signature: X-Signature is not standard base64"}},
		"another's signature": {
			func(p auth.Presented) {
				p.Header.Set("X-Signature", w.signed(t, 1, w.seconds(0)).Header.Get("X-Signature"))
			},
			"Authentication failed",
			[]string{"none of the 1 active API keys", canonical},
		},
		"unknown merchant": {
			func(p auth.Presented) { p.Header.Set("X-Merchant-Id", "MER_0000000000000000000001") },
			"Authentication failed",
			[]string{"none of the 0 active API keys"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := w.signed(t, 0, w.seconds(0))
			c.change(request)
			_, err := w.auth.Authenticate(t.Context(), request)
			got := fault.From(err)
			if got == nil || got.Kind != fault.Unauthenticated || got.Message != c.message {
				t.Fatalf("got %v, want %q", err, c.message)
			}
			for _, part := range c.hint {
				if !strings.Contains(got.Hint, part) {
					t.Errorf("hint %q does not say %q", got.Hint, part)
				}
			}
		})
	}

	t.Run("a merchant with live keys alone gets no hint", func(t *testing.T) {
		t.Parallel()
		live := newWorld(t)
		live.mustKey(t, 0, pay.Prod, "a")
		for _, timestamp := range []string{live.seconds(0), live.seconds(-time.Hour)} {
			_, err := live.auth.Authenticate(t.Context(), live.signed(t, 1, timestamp))
			if got := fault.From(err); got == nil || got.Hint != "" {
				t.Errorf("got %+v", got)
			}
		}
	})
}

// Whatever is changed about a signed request, it is refused.
func TestTamperedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustKey(t, 0, pay.Test, "a")
	good := w.signed(t, 0, w.seconds(0))
	if _, err := w.auth.Authenticate(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		request := good
		request.Header = good.Header.Clone()
		switch part := rapid.SampledFrom([]string{"method", "path", "body", "time", "signature"}).Draw(t, "part"); part {
		case "method":
			request.Method = rapid.SampledFrom([]string{http.MethodPut, "post", ""}).Draw(t, "method")
		case "path":
			request.Path = string(tampered(t, []byte(good.Path)))
		case "body":
			request.Body = tampered(t, good.Body)
		case "time":
			request.Header.Set("X-Timestamp", w.seconds(time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds"))*time.Second))
		case "signature":
			request.Header.Set("X-Signature", string(tampered(t, []byte(good.Header.Get("X-Signature")))))
		}
		_, err := w.auth.Authenticate(context.Background(), request)
		if !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("accepted: %v", err)
		}
	})
}

// tampered changes, drops or adds one byte.
func tampered(t *rapid.T, text []byte) []byte {
	at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
	char := rapid.Byte().Filter(func(b byte) bool { return b != text[at] }).Draw(t, "byte")
	changed := slices.Clone(text)
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		changed[at] = char
	case 1:
		changed = slices.Delete(changed, at, at+1)
	case 2:
		changed = slices.Insert(changed, at, char)
	}
	return changed
}
