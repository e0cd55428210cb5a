package pay

import (
	"sync"
	"time"

	"tillway/internal/fault"
)

// Key is one idempotency key. Scope separates merchants, sessions,
// environments and dialects, so that equal values never meet.
type Key struct {
	Scope string
	Value string
	Keep  time.Duration // how long an answer is replayed
}

// Claim is a key taken at a moment.
type Claim struct {
	Key Key
	At  time.Time
}

// Answer is a dialect's rendered response: what is replayed, byte for byte.
// It is sealed at rest.
type Answer struct {
	Status int
	Body   []byte
}

type idempotencyRecords interface {
	// ClaimKey takes the key for this transaction, or returns the answer
	// stored under it. An answer older than Keep is forgotten.
	ClaimKey(claim Claim) (*Answer, error)
	// SaveAnswer stores what the claimed key answers from now on.
	SaveAnswer(claim Claim, answer Answer) error
}

// keyTable is the set of keys being worked on in this process. It is bounded
// by the number of requests under way.
type keyTable struct {
	mu   sync.Mutex
	held map[Key]struct{}
}

// hold takes the key until release. Errors: fault.InFlight.
func (t *keyTable) hold(key Key) (release func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, taken := t.held[key]; taken {
		return nil, fault.New(fault.InFlight, "idempotency_in_flight",
			"A request with this idempotency key is still being processed").
			WithHint("Wait for the first request to finish, then repeat with the same key to get its answer")
	}
	if t.held == nil {
		t.held = map[Key]struct{}{}
	}
	t.held[key] = struct{}{}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.held, key)
	}, nil
}
