package auth_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

func TestParsePublicKey(t *testing.T) {
	t.Parallel()
	pair, private := mustPair(t, 0)
	block, _ := pem.Decode([]byte(pair.Public))
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&private.PublicKey)}))
	for name, text := range map[string]string{
		"SPKI":          pair.Public,
		"PKCS #1":       pkcs1,
		"escaped lines": strings.ReplaceAll(pair.Public, "\n", `\n`),
		"CRLF":          "\r\n" + strings.ReplaceAll(pair.Public, "\n", "\r\n"),
		"bare base64":   base64.StdEncoding.EncodeToString(block.Bytes),
	} {
		der, err := auth.ParsePublicKey(text)
		if err != nil || !bytes.Equal(der, block.Bytes) {
			t.Errorf("%s: %v", name, err)
		}
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curveDER, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	shortDER, err := x509.MarshalPKIXPublicKey(&short.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":           " ",
		"a private key":     pair.Private.Reveal(),
		"a certificate":     "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
		"words":             "my key",
		"an elliptic curve": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: curveDER})),
		"1024 bits":         string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: shortDER})),
		"a long text":       strings.Repeat("A", 1<<20),
	} {
		_, err := auth.ParsePublicKey(text)
		if got := fault.From(err); got == nil || got.Kind != fault.Invalid || got.Field != "publicKey" {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(fmt.Sprint(err), "PRIVATE") {
			t.Errorf("%s: the error repeats the key: %v", name, err)
		}
	}
}

func TestCreateAPIKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair, _ := mustPair(t, 0)
	good := auth.NewAPIKey{Merchant: w.Merchant.ID, Env: pay.Test, Nickname: " server ", PublicKey: pair.Public}
	for name, c := range map[string]struct {
		change func(*auth.NewAPIKey)
		code   string
	}{
		"unknown environment": {func(k *auth.NewAPIKey) { k.Env = "live" }, "bad_environment"},
		"no nickname":         {func(k *auth.NewAPIKey) { k.Nickname = " " }, "missing_field"},
		"long nickname":       {func(k *auth.NewAPIKey) { k.Nickname = strings.Repeat("x", 65) }, "too_long"},
		"no key":              {func(k *auth.NewAPIKey) { k.PublicKey = "" }, "missing_field"},
		"unknown merchant":    {func(k *auth.NewAPIKey) { k.Merchant = "MER_0000000000000000000001" }, "merchant_not_found"},
	} {
		in := good
		c.change(&in)
		if _, err := w.auth.CreateAPIKey(t.Context(), in); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	key, err := w.auth.CreateAPIKey(t.Context(), good)
	if err != nil || key.Nickname != "server" {
		t.Fatalf("%+v %v", key, err)
	}
	listed, err := w.auth.ListAPIKeys(t.Context(), w.Merchant.ID)
	if err != nil || len(listed) != 1 || listed[0].ID != key.ID || !listed[0].LastUsed.IsZero() {
		t.Errorf("%+v %v", listed, err)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for _, window := range []time.Duration{-time.Second, auth.MaxWindow + 1} {
		if _, err := auth.New(auth.Config{Window: window}); fault.CodeOf(err) != "bad_window" {
			t.Errorf("%s: %v", window, err)
		}
	}
}
