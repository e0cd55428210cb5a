package cart_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tillway/internal/cart"
	"tillway/internal/id"
)

func TestACustomersTokenIsAJWT(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		customer, token := s.mustToken(t, "")
		parts := strings.Split(token.Reveal(), ".")
		head, err := base64.RawURLEncoding.DecodeString(parts[0])
		if err != nil || string(head) != `{"alg":"HS256","typ":"JWT"}` {
			t.Errorf("the header is %s (%v)", head, err)
		}
		body, err := base64.RawURLEncoding.DecodeString(parts[1])
		var claims struct {
			Sub, Org, Jti string
			Iat, Exp      int64
		}
		if err != nil || json.Unmarshal(body, &claims) != nil {
			t.Fatalf("the claims are %s (%v)", body, err)
		}
		if claims.Jti != string(customer) || claims.Org != string(s.Shop.Shop.ID) || claims.Sub == "" || claims.Iat != s.Clock.Now().Unix() || claims.Exp-claims.Iat != 86_400 {
			t.Errorf("the claims are %+v", claims)
		}
		if read, err := s.verify(t, token); err != nil || read.Customer != customer || read.Store != s.Shop.Shop.ID || read.Env != "test" || read.Subject != claims.Sub {
			t.Errorf("read as %+v (%v)", read, err)
		}
		// A second token of the store is signed with the same key.
		if _, another := s.mustToken(t, ""); another == token {
			t.Error("two customers have one token")
		} else if _, err := s.verify(t, another); err != nil {
			t.Error(err)
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM cart_token_secrets`); n != 1 {
			t.Errorf("the store has %d keys", n)
		}
	})
}

func TestATokenThatProvesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, good := s.mustToken(t, "")
		parts := strings.Split(good.Reveal(), ".")
		encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
		body, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		unsigned := encode(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + "."
		longer := strings.Replace(string(body), `"exp":`, `"exp":9`, 1)
		hash := hmac.New(sha256.New, []byte("guessed"))
		hash.Write([]byte(parts[0] + "." + parts[1]))
		for name, token := range map[string]string{
			"nothing":               "",
			"a key":                 "dk_test_x",
			"two parts":             parts[0] + "." + parts[1],
			"no algorithm":          unsigned,
			"another algorithm":     encode(`{"alg":"HS512","typ":"JWT"}`) + "." + parts[1] + "." + parts[2],
			"other claims":          parts[0] + "." + encode(longer) + "." + parts[2],
			"a guessed key":         parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)),
			"no signature":          parts[0] + "." + parts[1] + ".",
			"a padded signature":    good.Reveal() + "=",
			"an unknown session":    parts[0] + "." + encode(`{"jti":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4"}`) + "." + parts[2],
			"a session of no id":    parts[0] + "." + encode(`{"jti":"x"}`) + "." + parts[2],
			"claims that are none":  parts[0] + "." + encode("[]") + "." + parts[2],
			"more than a token has": good.Reveal() + strings.Repeat("A", 2048),
		} {
			if _, err := s.verify(t, id.Secret(token)); !errors.Is(err, cart.ErrTokenRefused) {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.Clock.Advance(cart.Life)
		if _, err := s.verify(t, good); !errors.Is(err, cart.ErrTokenRefused) {
			t.Errorf("after its time: %v", err)
		}
	})
}

// FuzzIsToken takes any text apart: nothing panics, and what looks like a token
// has the one header that is believed.
func FuzzIsToken(f *testing.F) {
	for _, seed := range []string{
		"", "..", "a.b.c", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiIwMUpIWDNaOFEyTTZTN1Q5VjBXMVgyWTNaNCJ9.AA",
		"eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.bnVsbA.", strings.Repeat(".", 3000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if cart.IsToken(id.Secret(text)) && !strings.HasPrefix(text, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.") {
			t.Errorf("%q looks like a token", text)
		}
	})
}
