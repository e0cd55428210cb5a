package harness

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// Merchant calls Pancake actions signed with an API key (spec/pancake.md
// §3.1). It is safe for concurrent use.
type Merchant struct {
	URL string // of the server
	ID  string
	key *rsa.PrivateKey
}

// Merchant is the merchant of the credentials' test key.
func (c Credentials) Merchant(t testing.TB, server string) *Merchant {
	t.Helper()
	key, err := parsePrivateKey(c.Pancake.Test.PrivateKey)
	if err != nil {
		t.Fatalf("harness: %v", err)
	}
	return &Merchant{URL: server, ID: c.MerchantID, key: key}
}

// RefusedError is an answer other than success.
type RefusedError struct {
	Action string
	Status int
	Errors []struct {
		Message string `json:"message"`
		Layer   string `json:"layer"`
		AIHint  string `json:"aiHint"`
	}
}

func (r *RefusedError) Error() string {
	return fmt.Sprintf("%s: status %d: %+v", r.Action, r.Status, r.Errors)
}

// Call runs an action, such as "store/create-store", under an idempotency key
// ("" sends none) and reads its data into out. The error is a *RefusedError, or
// that of a connection, after which a call with a key may be repeated.
func (m *Merchant) Call(ctx context.Context, action, key string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	path := "/v1/actions/" + action
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	signature, err := m.sign(path, stamp, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Merchant-Id", m.ID)
	request.Header.Set("X-Timestamp", stamp)
	request.Header.Set("X-Signature", signature)
	if key != "" {
		request.Header.Set("X-Idempotency-Key", key)
	}
	answer, err := plenty.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // what counts has been read
	refusal := &RefusedError{Action: action, Status: answer.StatusCode}
	envelope := struct{ Data, Errors any }{out, &refusal.Errors}
	if err := json.NewDecoder(answer.Body).Decode(&envelope); err != nil {
		return fmt.Errorf("%s: status %d: %w", action, answer.StatusCode, err)
	}
	if answer.StatusCode != http.StatusOK || len(refusal.Errors) > 0 {
		return refusal
	}
	return nil
}

func (m *Merchant) sign(path, stamp string, body []byte) (string, error) {
	hash := sha256.Sum256(body)
	canonical := "POST\n" + path + "\n" + stamp + "\n" + base64.StdEncoding.EncodeToString(hash[:])
	digest := sha256.Sum256([]byte(canonical))
	signature, err := rsa.SignPKCS1v15(rand.Reader, m.key, crypto.SHA256, digest[:])
	return base64.StdEncoding.EncodeToString(signature), err
}

// plenty keeps as many connections open as there are concurrent callers.
var plenty = &http.Client{
	Transport: &http.Transport{MaxIdleConnsPerHost: 256, ResponseHeaderTimeout: Patience},
	Timeout:   2 * Patience,
}
