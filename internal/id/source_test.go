package id_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tillway/internal/id"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 123_456_789, time.UTC)

// seeded is a source whose clock stands still and whose chance is a seed.
func seeded(seed uint64) *id.Source {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	return id.NewSource(func() time.Time { return noon }, mathrand.NewChaCha8(key))
}

func TestIdentifiersAreOrdered(t *testing.T) {
	t.Parallel()
	// Each step moves the clock: forward, not at all, or back by up to an hour.
	step := rapid.OneOf(rapid.Just(time.Duration(0)), rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "step"))
	}), rapid.Just(time.Nanosecond))
	rapid.Check(t, func(t *rapid.T) {
		at := noon
		source := id.NewSource(func() time.Time { return at }, mathrand.NewChaCha8([32]byte{}))
		lastID, lastUUID := "", ""
		for _, d := range rapid.SliceOfN(step, 1, 50).Draw(t, "steps") {
			at = at.Add(d)
			nextID := source.New("STO")
			if nextID <= lastID {
				t.Fatalf("%s does not follow %s", nextID, lastID)
			}
			nextUUID := source.UUID()
			if nextUUID <= lastUUID {
				t.Fatalf("%s does not follow %s", nextUUID, lastUUID)
			}
			lastID, lastUUID = nextID, nextUUID
		}
	})
}

func TestIdentifiersOfOneMomentAreOrdered(t *testing.T) {
	t.Parallel()
	// More than the 4096 ticks of a millisecond, with the clock standing still.
	source := seeded(1)
	minted := make([]string, 10_000)
	for i := range minted {
		minted[i] = source.New("ORD")
	}
	if !slices.IsSorted(minted) || len(slices.Compact(minted)) != 10_000 {
		t.Error("identifiers of one moment are out of order or equal")
	}
}

func TestUUIDIsVersion7OfTheClock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(0, 253402300799999999).Draw(t, "µs"))
		minted, err := id.ParseUUID(id.NewSource(func() time.Time { return at }, rand.Reader).UUID())
		if err != nil {
			t.Fatal(err)
		}
		if minted.Version() != 7 || minted.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is version %d, variant %v", minted, minted.Version(), minted.Variant())
		}
		var ms int64
		for _, octet := range minted[:6] {
			ms = ms<<8 | int64(octet)
		}
		// A clock at the very start of the epoch gives tick 0, and the first tick is 1.
		if ms != at.UnixMilli() {
			t.Fatalf("%s says %d ms, the clock %d", minted, ms, at.UnixMilli())
		}
	})
}

func TestAClockBefore1970StillMints(t *testing.T) {
	t.Parallel()
	source := id.NewSource(func() time.Time { return time.Time{} }, rand.Reader)
	if first, second := source.UUID(), source.UUID(); first >= second {
		t.Errorf("%s does not follow %s", second, first)
	}
}

func TestEqualSeedsGiveEqualIdentifiers(t *testing.T) {
	t.Parallel()
	story := func(s *id.Source) []string {
		return []string{s.New("MER"), s.UUID(), s.Session(), s.Slug("Shop"), s.Token(32), string(s.Bytes(7)), s.New("STO")}
	}
	if one, two := story(seeded(7)), story(seeded(7)); !slices.Equal(one, two) {
		t.Errorf("one seed, two stories:\n%v\n%v", one, two)
	}
	if one, two := story(seeded(7)), story(seeded(8)); one[0] == two[0] || one[4] == two[4] {
		t.Error("two seeds, one story")
	}
}

func TestConcurrentMintingGivesNoDuplicate(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 1_000
	source := id.NewSource(nil, nil)
	minted := make([][]string, workers)
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for range each {
				minted[worker] = append(minted[worker], source.New("PAY"))
			}
		})
	}
	wait.Wait()
	for worker, own := range minted {
		if !slices.IsSorted(own) {
			t.Errorf("worker %d saw identifiers out of order", worker)
		}
	}
	all := slices.Concat(minted...)
	slices.Sort(all)
	if got := len(slices.Compact(all)); got != workers*each {
		t.Errorf("%d distinct identifiers of %d", got, workers*each)
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	session := seeded(3).Session()
	if !regexp.MustCompile(`^cs_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(session) {
		t.Errorf("session %q", session)
	}
	if _, err := id.ParseSession(session); err != nil {
		t.Error(err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

func TestWithoutRandomnessNothingIsMinted(t *testing.T) {
	t.Parallel()
	readers := map[string]*id.Source{
		"a broken reader": id.NewSource(nil, brokenReader{}),
		"a short reader":  id.NewSource(nil, bytes.NewReader([]byte{1, 2, 3})),
	}
	for name, source := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic: an identifier was minted without randomness")
				}
			}()
			source.UUID()
		})
	}
}
