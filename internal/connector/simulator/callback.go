package simulator

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"tillway/internal/connector"
	"tillway/internal/fault"
)

// SignatureHeader carries the hex HMAC-SHA256 of a callback's body under
// Config.CallbackKey.
const SignatureHeader = "Simulator-Signature"

// news is a callback's body. It names a charge and says nothing about it: what
// is true of it is in the book, and an old callback must not bring back an old
// truth.
type news struct {
	Reference string `json:"reference"`
}

// Callback is the call that this provider would make about a charge. Nothing
// in this package sends it: the simulator starts no goroutine, and whoever
// plays the provider's part (a test, the command line) delivers it.
func (s *Simulator) Callback(ref connector.Ref) (headers map[string][]string, body []byte, err error) {
	if len(s.callbackKey) == 0 {
		return nil, nil, fault.New(fault.NotEnabled, "callbacks_off", "the simulator was given no key for its callbacks")
	}
	if body, err = json.Marshal(news{Reference: referenceOf(ref)}); err != nil {
		return nil, nil, err
	}
	return map[string][]string{SignatureHeader: {s.sign(body)}}, body, nil
}

// ParseCallback implements connector.Connector. A signature that does not hold
// gives an unauthenticated signal with no observation; a body that names no
// charge is fault.Invalid, code "bad_callback".
func (s *Simulator) ParseCallback(ctx context.Context, headers map[string][]string, body []byte) ([]connector.Signal, error) {
	var told news
	if err := json.Unmarshal(body, &told); err != nil || told.Reference == "" {
		return nil, fault.New(fault.Invalid, "bad_callback", "the callback names no charge")
	}
	signal := connector.Signal{Ref: connector.Ref{Reference: told.Reference, ProviderID: providerID(told.Reference)}}
	if s.authentic(headers, body) {
		signal.Authenticated = true
		signal.Observation = s.Inquire(ctx, signal.Ref)
	}
	return []connector.Signal{signal}, nil
}

// authentic reports whether exactly one signature is given and holds.
func (s *Simulator) authentic(headers map[string][]string, body []byte) bool {
	if len(s.callbackKey) == 0 {
		return false
	}
	var given []string
	for name, values := range headers {
		if strings.EqualFold(name, SignatureHeader) {
			given = append(given, values...)
		}
	}
	return len(given) == 1 && hmac.Equal([]byte(given[0]), []byte(s.sign(body)))
}

func (s *Simulator) sign(body []byte) string {
	mac := hmac.New(sha256.New, s.callbackKey)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
