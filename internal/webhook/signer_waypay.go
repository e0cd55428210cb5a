package webhook

import (
	"encoding/hex"
	"errors"
	"strconv"
	"time"
)

// WaypayScheme is HMAC-SHA256 over "<timestamp>.<body>". Waypay documents no
// signature: this one is an addition that old receivers do not see
// (spec/waypay.md §6).
const WaypayScheme Scheme = "waypay"

// Headers of the waypay scheme.
const (
	WaypayTimestamp = "X-Waypay-Timestamp"
	WaypaySignature = "X-Waypay-Signature"
)

// WaypaySigner signs with one key, the first.
type WaypaySigner struct{}

// Scheme returns WaypayScheme.
func (WaypaySigner) Scheme() Scheme { return WaypayScheme }

// SignsTogether reports that there is room for one signature.
func (WaypaySigner) SignsTogether() bool { return false }

// Sign returns X-Waypay-Timestamp: <unix seconds> and X-Waypay-Signature:
// <lower-case hex>.
func (WaypaySigner) Sign(message Signed, keys []Key, at time.Time) ([]Header, error) {
	if len(keys) == 0 || len(keys[0].hmac) == 0 {
		return nil, errors.New("webhook: the waypay scheme needs an HMAC key")
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	return []Header{
		{Name: WaypayTimestamp, Value: stamp},
		{Name: WaypaySignature, Value: hex.EncodeToString(keys[0].mac(stamp+".", message.Body))},
	}, nil
}
