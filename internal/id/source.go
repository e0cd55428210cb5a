// Package id makes and reads identifiers, tokens and slugs, and holds the type
// that keeps secrets out of logs (spec/pancake.md §2.1).
//
// The package knows how an identifier is spelled, not what it names: whether a
// store exists under an id is for others to say.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Source mints identifiers and random values. Every identifier it makes is
// greater than the one before, as UUID and as text, even when the clock stands
// still or runs backwards. It is safe for concurrent use.
//
// Equal clocks and equal random readers give equal identifiers, so a whole
// scenario can be replayed from a seed.
type Source struct {
	now func() time.Time

	mu     sync.Mutex
	random io.Reader
	last   uint64 // the tick of the newest UUID
}

// NewSource takes the clock and the randomness. A nil clock is time.Now, a nil
// reader the operating system's.
func NewSource(now func() time.Time, random io.Reader) *Source {
	if now == nil {
		now = time.Now
	}
	if random == nil {
		random = rand.Reader
	}
	return &Source{now: now, random: random}
}

// New mints an identifier, "STO_" and 22 characters for prefix "STO". It panics
// on a prefix that is not two to five upper-case letters, because such an
// identifier could not be read back.
func (s *Source) New(prefix string) string { return Format(prefix, s.next()) }

// UUID mints a version 7 UUID in its canonical form.
func (s *Source) UUID() string { return s.next().String() }

// Session mints the id of a checkout session, "cs_" and a UUID. Its 62 random
// bits are drawn anew each time, so one session's id tells nothing of another's.
func (s *Source) Session() string { return sessionPrefix + s.UUID() }

// Bytes draws n random bytes.
func (s *Source) Bytes(n int) []byte {
	drawn := make([]byte, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fill(drawn)
	return drawn
}

// tickBits are the bits below the millisecond that order UUIDs of one
// millisecond (RFC 9562 §6.2 method 3); they fill the field rand_a.
const tickBits = 12

// next is a UUIDv7 whose first 60 free bits are a tick: milliseconds and a
// 4096th of one. When the clock has not moved past the last tick the next tick
// is taken instead, so order never depends on the random bits behind it.
func (s *Source) next() uuid.UUID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, tickOf(s.now()))

	var minted uuid.UUID
	s.fill(minted[8:])
	binary.BigEndian.PutUint64(minted[:8], s.last>>tickBits<<16|0x7000|s.last&(1<<tickBits-1))
	minted[8] = minted[8]&0x3f | 0x80
	return minted
}

// tickOf counts 4096ths of a millisecond since 1970; earlier times are 0.
func tickOf(at time.Time) uint64 {
	ms := at.UnixMilli()
	if ms < 0 {
		return 0
	}
	below := uint64(at.Nanosecond()) % uint64(time.Millisecond)
	return uint64(ms)<<tickBits | below<<tickBits/uint64(time.Millisecond)
}

// fill reads randomness or panics: a process that cannot draw a random value
// must not go on to mint guessable ones.
func (s *Source) fill(into []byte) {
	if _, err := io.ReadFull(s.random, into); err != nil {
		panic("id: no randomness: " + err.Error())
	}
}
