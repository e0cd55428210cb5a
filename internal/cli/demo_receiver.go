package cli

import (
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
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// demoReceiver is a merchant's webhook endpoint on the loopback. It checks
// signatures without the server's code, so that a mistake there cannot hide.
type demoReceiver struct {
	key      *rsa.PublicKey
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
	received chan received
}

// received is one webhook and whether it can be trusted.
type received struct {
	At        time.Time
	EventType string `json:"eventType"`
	EventID   string `json:"eventId"`
	Mode      string `json:"mode"`
	Data      struct {
		OrderID  string `json:"orderId"`
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
	} `json:"data"`
	age time.Duration // of the signature
	err error
}

// String is the line that the demo prints.
func (r received) String() string {
	if r.err != nil {
		return fmt.Sprintf("  webhook   NOT VERIFIED: %v", r.err)
	}
	return fmt.Sprintf("  webhook   %s %s, %s %s, order %s: signature verified, %d ms old",
		r.EventType, r.EventID, r.Data.Amount, r.Data.Currency, r.Data.OrderID, r.age.Milliseconds())
}

const (
	receiverPath    = "/webhooks"
	receiverBacklog = 64
)

// openReceiver listens on a free port. publicKey is the PEM that setup gave.
func openReceiver(ctx context.Context, publicKey string) (*demoReceiver, error) {
	block, _ := pem.Decode([]byte(publicKey))
	if block == nil {
		return nil, errors.New("the webhook public key is not PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("the webhook public key is not RSA")
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &demoReceiver{key: key, listener: listener, received: make(chan received, receiverBacklog)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+receiverPath, r.receive)
	const patience = 10 * time.Second
	r.server = &http.Server{Handler: mux, ReadTimeout: patience, WriteTimeout: patience}
	r.serving.Go(func() { _ = r.server.Serve(listener) }) // it ends by close alone
	return r, nil
}

func (r *demoReceiver) url() string { return "http://" + r.listener.Addr().String() + receiverPath }

func (r *demoReceiver) close() error {
	err := r.server.Close()
	r.serving.Wait()
	return err
}

// receive answers 2xx only to what verifies, as every receiver should. What is
// not shown at once is answered with 503 and comes again.
func (r *demoReceiver) receive(w http.ResponseWriter, request *http.Request) {
	const longest = 1 << 20
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, longest))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	got := received{At: time.Now()}
	got.age, got.err = r.verify(request.Header.Get("X-Waffo-Signature"), body, got.At)
	if got.err == nil {
		got.err = json.Unmarshal(body, &got)
	}
	select {
	case r.received <- got:
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	if got.err != nil {
		http.Error(w, "invalid signature", http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// verify checks "t=<ms>,v1=<base64>" over "<t>.<body>" and that the stamp is
// fresh (spec/pancake.md §10.2).
func (r *demoReceiver) verify(header string, body []byte, now time.Time) (age time.Duration, err error) {
	fields := map[string]string{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	ms, err := strconv.ParseInt(fields["t"], 10, 64)
	if err != nil {
		return 0, errors.New("the signature header carries no time stamp")
	}
	const oldest, newest = 45 * time.Minute, time.Minute
	if age = now.Sub(time.UnixMilli(ms)); age > oldest || age < -newest {
		return age, fmt.Errorf("the time stamp is %v old", age)
	}
	signature, err := base64.StdEncoding.DecodeString(fields["v1"])
	if err != nil {
		return age, errors.New("the signature is not base64")
	}
	digest := sha256.Sum256(append([]byte(fields["t"]+"."), body...))
	if rsa.VerifyPKCS1v15(r.key, crypto.SHA256, digest[:], signature) != nil {
		return age, errors.New("the signature does not match the body")
	}
	return age, nil
}
