package pancakeclient

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Client is a merchant's server: it calls actions with an API key. It is safe
// for concurrent use.
type Client struct {
	BaseURL    string // may carry a path prefix, which is not signed
	MerchantID string
	Key        *rsa.PrivateKey
	HTTP       *http.Client     // http.DefaultClient when nil
	Now        func() time.Time // time.Now when nil
}

// Call posts in to a path such as "/v1/actions/store/create-store" and decodes
// the data of the answer into out, which may be nil. A failure is an *Error.
func (c Client) Call(ctx context.Context, path string, in, out any) error {
	return call(ctx, c, path, in, out, nil)
}

// CallOnce is Call under an idempotency key.
func (c Client) CallOnce(ctx context.Context, key, path string, in, out any) error {
	return call(ctx, c, path, in, out, http.Header{"X-Idempotency-Key": {key}})
}

// Authorize signs a request over its body.
func (c Client) Authorize(header http.Header, path string, body []byte) error {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	timestamp := strconv.FormatInt(now().Unix(), 10)
	signature, err := Sign(c.Key, path, timestamp, body)
	if err != nil {
		return err
	}
	header.Set("X-Merchant-Id", c.MerchantID)
	header.Set("X-Timestamp", timestamp)
	header.Set("X-Signature", signature)
	return nil
}

func (c Client) place() (string, *http.Client) { return c.BaseURL, c.HTTP }

// Sign is the X-Signature of a POST (spec/pancake.md §3.1). It is written
// without the server's code, so that a mistake there cannot hide.
func Sign(key *rsa.PrivateKey, path, timestamp string, body []byte) (string, error) {
	hash := sha256.Sum256(body)
	canonical := strings.Join([]string{"POST", path, timestamp, base64.StdEncoding.EncodeToString(hash[:])}, "\n")
	digest := sha256.Sum256([]byte(canonical))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

// ParseKey reads a private key in PEM, PKCS #8 or PKCS #1.
func ParseKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("pancakeclient: the private key is not PEM")
	}
	if block.Type == "RSA PRIVATE KEY" {
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("pancakeclient: the private key is not RSA")
	}
	return key, nil
}

// Buyer is a buyer's browser with a session token.
type Buyer struct {
	BaseURL string
	Token   string
	Env     string
	HTTP    *http.Client
}

// Call is Client.Call with the token.
func (b Buyer) Call(ctx context.Context, path string, in, out any) error {
	return call(ctx, b, path, in, out, nil)
}

// Authorize sets the token and its environment.
func (b Buyer) Authorize(header http.Header, _ string, _ []byte) error {
	header.Set("Authorization", "Bearer "+b.Token)
	header.Set("X-Environment", b.Env)
	return nil
}

func (b Buyer) place() (string, *http.Client) { return b.BaseURL, b.HTTP }

// Visitor is anybody's browser on a store's page.
type Visitor struct {
	BaseURL string
	Slug    string
	Env     string
	HTTP    *http.Client
}

// Call is Client.Call with the store's slug.
func (v Visitor) Call(ctx context.Context, path string, in, out any) error {
	return call(ctx, v, path, in, out, nil)
}

// Authorize sets the slug and its environment.
func (v Visitor) Authorize(header http.Header, _ string, _ []byte) error {
	header.Set("X-Store-Slug", v.Slug)
	header.Set("X-Environment", v.Env)
	return nil
}

func (v Visitor) place() (string, *http.Client) { return v.BaseURL, v.HTTP }

// Caller presents a credential.
type Caller interface {
	Authorize(header http.Header, path string, body []byte) error
	place() (baseURL string, client *http.Client)
}

// Response is an answer as it came.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Post sends a body as it is.
func Post(ctx context.Context, caller Caller, path string, body []byte, extra http.Header) (Response, error) {
	base, client := caller.place()
	if client == nil {
		client = http.DefaultClient
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return Response{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	for name, values := range extra {
		request.Header[name] = values
	}
	if err := caller.Authorize(request.Header, path, body); err != nil {
		return Response{}, err
	}
	response, err := client.Do(request)
	if err != nil {
		return Response{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Response{Status: response.StatusCode, Header: response.Header, Body: text}, err
}

// Notice is one error or warning of an answer.
type Notice struct {
	Message string `json:"message"`
	Layer   string `json:"layer"`
	AIHint  string `json:"aiHint"`
}

// Error is a failure that the server told.
type Error struct {
	Status  int
	Notices []Notice
}

// Error is the first notice, as the SDK words it.
func (e *Error) Error() string {
	if len(e.Notices) == 0 {
		return fmt.Sprintf("pancake: %d without errors", e.Status)
	}
	return fmt.Sprintf("pancake: %d %s: %s", e.Status, e.Notices[0].Layer, e.Notices[0].Message)
}

func call(ctx context.Context, caller Caller, path string, in, out any, extra http.Header) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	response, err := Post(ctx, caller, path, body, extra)
	if err != nil {
		return err
	}
	var envelope struct {
		Data   json.RawMessage `json:"data"`
		Errors []Notice        `json:"errors"`
	}
	if err := json.Unmarshal(response.Body, &envelope); err != nil {
		return fmt.Errorf("pancake: non-JSON response from %s with status %d: %w", path, response.Status, err)
	}
	if response.Status != http.StatusOK || len(envelope.Errors) > 0 {
		return &Error{Status: response.Status, Notices: envelope.Errors}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(envelope.Data, out)
}
