package listen

import (
	"strconv"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

// ContentType is that of a stream: one Frame in JSON on each line.
const ContentType = "application/x-ndjson"

// Frame is one line of a stream. Exactly one member is set; none of them is a
// sign of life.
type Frame struct {
	Hello    *Hello    `json:"hello,omitempty"`
	Delivery *Delivery `json:"delivery,omitempty"`
	End      *End      `json:"end,omitempty"`
}

// Hello is the first frame: what the stream is.
type Hello struct {
	Connection string   `json:"connection"` // to be repeated in every Ack
	Listener   string   `json:"listener"`   // id of its endpoint
	Name       string   `json:"name"`
	StoreID    string   `json:"storeId"`
	StoreName  string   `json:"storeName"`
	Env        string   `json:"env"`
	Dialect    string   `json:"dialect"`
	Events     []string `json:"events"`
	// Secret is what signs, where the dialect's endpoints have secrets of their
	// own, and SignedIn the header that bears the signature.
	Secret   string `json:"secret,omitempty"`
	SignedIn string `json:"signedIn,omitempty"`
	BeatMS   int64  `json:"beatMs"` // pause between signs of life, in milliseconds
}

// Delivery is one request to be made: a POST of the body with the headers, and
// with no others that say anything about it.
type Delivery struct {
	ID      string   `json:"id"`
	Event   string   `json:"event"`
	Attempt int      `json:"attempt"` // from 1
	Headers []Header `json:"headers"`
	Body    []byte   `json:"body"`    // base64 in JSON
	LimitMS int64    `json:"limitMs"` // how long the program may take, in milliseconds
}

// Header is one line of a request or an answer.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// End is the last frame.
type End struct {
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
}

// Reason says why the server ends a stream.
type Reason string

// The reasons. After Stopping and Lost the client connects again.
const (
	TakenOver Reason = "taken_over" // the same listener has connected elsewhere
	Stopping  Reason = "stopping"   // the server is stopping
	Revoked   Reason = "revoked"    // key, role, store or listener is gone
	Lost      Reason = "lost"       // a delivery was never acknowledged
	left      Reason = "left"       // the client went away; nobody is told
)

var messages = map[Reason]string{
	TakenOver: "Another connection of this listener has taken over",
	Stopping:  "The server is stopping",
	Revoked:   "The listener may not go on",
	Lost:      "A delivery was not acknowledged in time",
}

// Ack is what became of a delivery: a status, or the class of a failure to get
// one.
type Ack struct {
	Connection string
	Holder     string // whoever acknowledges; Opening.Holder's
	Delivery   webhook.DeliveryID
	Status     int
	Headers    []Header
	Body       []byte
	Failure    webhook.Class
}

// The statuses that end an exchange.
const (
	leastStatus = 200
	mostStatus  = 599
)

// failures are what a client may report, and how the log words it.
var failures = map[webhook.Class]string{
	webhook.Resolve:     "The name of the listener's program does not resolve.",
	webhook.Connect:     "The listener's program does not accept connections.",
	webhook.TLS:         "No trusted TLS connection to the listener's program.",
	webhook.Timeout:     "The listener's program did not answer within the time limit.",
	webhook.Broken:      "The listener's program closed the connection before an answer came.",
	webhook.BadResponse: "The answer of the listener's program is not a valid HTTP response.",
}

// check judges an acknowledgement. Its faults are Invalid and name the field.
func (a Ack) check() error {
	if a.Failure != "" {
		if _, known := failures[a.Failure]; !known {
			return fault.Invalidf("failure", "unknown_failure", "failure must be one of dns, connect, tls, timeout, broken, bad_response")
		}
		return nil
	}
	if a.Status < leastStatus || a.Status > mostStatus {
		return fault.Invalidf("status", "bad_status", "status must be from %d to %d, got %s", leastStatus, mostStatus, strconv.Itoa(a.Status))
	}
	return nil
}

// limit is how long the program may take when all of it must end by a deadline:
// the way to it and back is kept of that.
func limit(remaining time.Duration) time.Duration {
	return max(remaining-webhook.ListenerMargin, remaining/2)
}
