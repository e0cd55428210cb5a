package app_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
)

// keySet is what /.well-known/jwks.json answers.
type keySet struct {
	Keys []struct {
		Kty, Use, Alg, Kid, Env, N, E string
		ActivatesAt                   int64 `json:"activates_at"`
	}
}

// mustKeySet reads the set over HTTP, by environment and then by key id.
func mustKeySet(t *testing.T, s *till) map[string]map[string]*rsa.PublicKey {
	t.Helper()
	answer, err := s.http.Get(s.server.URL() + "/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/jwk-set+json" || answer.Header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("answered %s with %v", answer.Status, answer.Header)
	}
	var set keySet
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]*rsa.PublicKey{"test": {}, "prod": {}}
	for _, key := range set.Keys {
		if key.Kty != "RSA" || key.Use != "sig" || key.Alg != "RS256" || found[key.Env] == nil {
			t.Errorf("a key is %+v", key)
			continue
		}
		n, err := base64.RawURLEncoding.DecodeString(key.N)
		if err != nil {
			t.Fatal(err)
		}
		e, err := base64.RawURLEncoding.DecodeString(key.E)
		if err != nil {
			t.Fatal(err)
		}
		found[key.Env][key.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if key.ActivatesAt != 0 {
			found[key.Env]["next"] = found[key.Env][key.Kid]
		}
	}
	return found
}

func mustPublic(t *testing.T, text string) *rsa.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("%q is no PEM", text)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.(*rsa.PublicKey)
}

func TestKeySetHasWhatSignsAndWhatWill(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		list, err := s.server.Operator().ListWebhookKeys(t.Context(), operator.ListWebhookKeysIn{})
		if err != nil {
			t.Fatal(err)
		}
		set := mustKeySet(t, s)
		for _, key := range list.Keys {
			if found := set[string(key.Environment)][key.Fingerprint]; found == nil || !found.Equal(mustPublic(t, key.PublicKey)) {
				t.Errorf("the key %s of %s is not in the set", key.Fingerprint, key.Environment)
			}
		}
		if first := mustPublic(t, s.made.Pancake.Test.WebhookPublicKey); len(set["test"]) != 1 || len(set["prod"]) != 1 || set["test"]["next"] != nil {
			t.Errorf("the set is %v", set)
		} else {
			for _, key := range set["test"] {
				if !key.Equal(first) {
					t.Error("the set has another key than setup printed")
				}
			}
		}

		next, err := s.server.Operator().RotateWebhookKey(t.Context(), operator.RotateWebhookKeyIn{Environment: "test", Overlap: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		set = mustKeySet(t, s)
		if len(set["prod"]) != 1 || len(set["test"]) != 3 || set["test"]["next"] == nil || !set["test"]["next"].Equal(mustPublic(t, next.PublicKey)) {
			t.Errorf("during the overlap the set is %v", set)
		}
		if pair, err := s.server.Operator().CreateKey(t.Context(), operator.CreateKeyIn{Email: "a@example.com", Environment: "test"}); err != nil || pair.WebhookPublicKey != s.made.Pancake.Test.WebhookPublicKey {
			t.Errorf("during the overlap a new API key comes with another webhook key than the one that signs (%v)", err)
		}

		if _, err := s.server.Operator().RotateWebhookKey(t.Context(), operator.RotateWebhookKeyIn{Environment: "test"}); err != nil {
			t.Fatal(err)
		}
		set = mustKeySet(t, s)
		if len(set["test"]) != 1 || set["test"][next.Fingerprint] == nil {
			t.Errorf("after the overlap the set is %v", set)
		}
	})
}
