package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/seal"
)

var place = seal.Binding{Table: "webhooks", Column: "secret", Row: "0193478e", Store: "STO_1", Env: "test"}

// mustRing is a keyring whose master key is 32 times one byte.
func mustRing(t testing.TB, key byte) *seal.Keyring {
	t.Helper()
	ring, err := seal.NewKeyring(bytes.Repeat([]byte{key}, seal.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func mustSeal(t testing.TB, ring *seal.Keyring, plain string) []byte {
	t.Helper()
	sealed, err := ring.Seal([]byte(plain), place)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// wantShut fails unless the value stays shut with a fault of this code.
func wantShut(t testing.TB, ring *seal.Keyring, sealed []byte, b seal.Binding, code string) {
	t.Helper()
	plain, err := ring.Open(sealed, b)
	if plain != nil || !fault.Is(err, fault.Internal) || fault.CodeOf(err) != code {
		t.Errorf("opened to %q, %v; want %s", plain, err, code)
	}
}

func TestWhatIsSealedOpens(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		part := rapid.StringN(1, 20, -1)
		b := seal.Binding{
			Table: part.Draw(t, "table"), Column: part.Draw(t, "column"), Row: part.Draw(t, "row"),
			Store: rapid.String().Draw(t, "store"), Env: rapid.String().Draw(t, "env"),
		}
		before := slices.Clone(plain)
		sealed, err := ring.Seal(plain, b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain, before) || len(sealed) != len(plain)+seal.Overhead {
			t.Fatalf("sealing %d bytes gave %d and left the plain value %q", len(plain), len(sealed), plain)
		}
		stored := slices.Clone(sealed)
		got, err := ring.Open(sealed, b)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened to %q, %v; want %q", got, err, plain)
		}
		if !bytes.Equal(sealed, stored) {
			t.Fatal("opening changed the sealed value")
		}
	})
}

func TestEqualValuesLookDifferent(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	one, two := mustSeal(t, ring, "secret"), mustSeal(t, ring, "secret")
	// Everything behind version and key id differs, the mark of the place too.
	const common = 1 + 8
	if !bytes.Equal(one[:common], two[:common]) {
		t.Error("one key has two names")
	}
	if bytes.Equal(one[common:common+24], two[common:common+24]) || bytes.Equal(one[common+24:common+32], two[common+24:common+32]) {
		t.Error("two sealings share their salt or the mark of their place")
	}
	if bytes.Contains(one, []byte("secret")) {
		t.Error("the plain value shows")
	}
}

func TestAnotherPlaceDoesNotOpen(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	sealed := mustSeal(t, ring, "secret")
	elsewhere := map[string]func(*seal.Binding){
		"another table":       func(b *seal.Binding) { b.Table = "users" },
		"another column":      func(b *seal.Binding) { b.Column = "url" },
		"another row":         func(b *seal.Binding) { b.Row = "0193478f" },
		"another store":       func(b *seal.Binding) { b.Store = "STO_2" },
		"no store":            func(b *seal.Binding) { b.Store = "" },
		"another environment": func(b *seal.Binding) { b.Env = "prod" },
		"parts shifted":       func(b *seal.Binding) { b.Table, b.Column = "webhook", "ssecret" },
		"parts exchanged":     func(b *seal.Binding) { b.Store, b.Env = b.Env, b.Store },
	}
	for name, move := range elsewhere {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := place
			move(&b)
			wantShut(t, ring, sealed, b, "seal_wrong_binding")
		})
	}
}

func TestAnIncompleteBindingIsRefused(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	sealed := mustSeal(t, ring, "secret")
	incomplete := map[string]seal.Binding{
		"nothing": {}, "no table": {Column: "c", Row: "r"}, "no column": {Table: "t", Row: "r"}, "no row": {Table: "t", Column: "c"},
	}
	for name, b := range incomplete {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := ring.Seal([]byte("x"), b); got != nil || fault.CodeOf(err) != "seal_binding" {
				t.Errorf("sealed to %x, %v", got, err)
			}
			wantShut(t, ring, sealed, b, "seal_binding")
		})
	}
}

func TestAnotherKeyDoesNotOpen(t *testing.T) {
	t.Parallel()
	old, current := mustRing(t, 1), mustRing(t, 2)
	sealed := mustSeal(t, old, "secret")
	if old.KeyID() == current.KeyID() {
		t.Fatal("two keys have one name")
	}
	t.Run("the fault says which key to bring", func(t *testing.T) {
		t.Parallel()
		wantShut(t, current, sealed, place, "seal_wrong_key")
		_, err := current.Open(sealed, place)
		if fault.From(err).Hint == "" {
			t.Error("no hint")
		}
	})
	t.Run("unless it is kept as a retired one", func(t *testing.T) {
		t.Parallel()
		both, err := current.WithRetired(bytes.Repeat([]byte{1}, seal.MasterSize))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := both.Open(sealed, place); err != nil || string(got) != "secret" {
			t.Errorf("opened to %q, %v", got, err)
		}
		wantShut(t, old, mustSeal(t, both, "new"), place, "seal_wrong_key")
		wantShut(t, current, sealed, place, "seal_wrong_key") // the copied ring is unchanged
	})
	t.Run("nor does one that claims the name of the right one", func(t *testing.T) {
		t.Parallel()
		forged := mustSeal(t, current, "secret")
		copy(forged[1:9], sealed[1:9])
		wantShut(t, old, forged, place, "seal_wrong_binding")
	})
}

func TestACutValueDoesNotOpen(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	sealed := mustSeal(t, ring, "a secret of some length")
	for length := range len(sealed) {
		wantShut(t, ring, sealed[:length], place, "seal_truncated")
	}
	wantShut(t, ring, append(slices.Clone(sealed), 0), place, "seal_truncated")
	wantShut(t, ring, nil, place, "seal_truncated")
}

func TestAFlippedBitDoesNotOpen(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 1)
	sealed := mustSeal(t, ring, "secret")
	const header = seal.Overhead - 16
	for bit := range len(sealed) * 8 {
		changed := slices.Clone(sealed)
		changed[bit/8] ^= 1 << (bit % 8)
		plain, err := ring.Open(changed, place)
		if plain != nil || !fault.Is(err, fault.Internal) {
			t.Fatalf("with bit %d flipped it opens to %q, %v", bit, plain, err)
		}
		// A damaged header is taken for what it then says; the value itself is corrupt.
		if bit/8 >= header && fault.CodeOf(err) != "seal_corrupt" {
			t.Errorf("bit %d of the value: %v, want seal_corrupt", bit, err)
		}
	}
}

func TestTheHeaderIsAuthenticated(t *testing.T) {
	t.Parallel()
	// Two values sealed for one place, of one length: no part of one header fits the other value.
	ring := mustRing(t, 1)
	one, two := mustSeal(t, ring, "secret"), mustSeal(t, ring, "hidden")
	const header = seal.Overhead - 16
	wantShut(t, ring, append(slices.Clone(one[:header]), two[header:]...), place, "seal_corrupt")
}

func TestMasterKeysHave32Bytes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 16, 31, 33, 64} {
		ring, err := seal.NewKeyring(make([]byte, size))
		if ring != nil || !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "master_key" {
			t.Errorf("%d bytes give %v, %v", size, ring, err)
		}
		if _, err := mustRing(t, 1).WithRetired(make([]byte, size)); fault.CodeOf(err) != "master_key" {
			t.Errorf("%d bytes retire with %v", size, err)
		}
	}
}

func TestTheKeyringKeepsItsOwnCopy(t *testing.T) {
	t.Parallel()
	master := bytes.Repeat([]byte{1}, seal.MasterSize)
	ring, err := seal.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	clear(master)
	if got, err := ring.Open(mustSeal(t, mustRing(t, 1), "secret"), place); err != nil || string(got) != "secret" {
		t.Errorf("opened to %q, %v", got, err)
	}
}

func TestAKeyringNeverPrintsItsKeys(t *testing.T) {
	t.Parallel()
	ring := mustRing(t, 'K')
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got, want := fmt.Sprintf(verb, ring), "keyring("+ring.KeyID()+")"; got != want {
			t.Errorf("%s prints %s, want %s", verb, got, want)
		}
	}
}

// mustRecorded is a value that was sealed when the format was made: "made in
// 2026", for place, by the ring of byte 1.
func mustRecorded(t testing.TB) []byte {
	t.Helper()
	const recorded = "Ablb4EwuHr80g1QUD00JDRkqnT6qBfM2zhbc9mwmy7Jgi9cs0gq4zu4AAAAMh7vwgPyX2BigVZTii9wWVffp13jv9vddY9+2RQ=="
	sealed, err := base64.StdEncoding.DecodeString(recorded)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// TestTheFormatIsFixed opens it: data at rest must stay readable.
func TestTheFormatIsFixed(t *testing.T) {
	t.Parallel()
	got, err := mustRing(t, 1).Open(mustRecorded(t), place)
	if err != nil || string(got) != "made in 2026" {
		t.Errorf("opened to %q, %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	ring := mustRing(f, 1)
	sealed := mustRecorded(f) // the same in every process of the fuzzer
	f.Add(sealed)
	f.Add(sealed[:len(sealed)-1])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, forged []byte) {
		plain, err := ring.Open(forged, place)
		if err == nil && !bytes.Equal(forged, sealed) {
			t.Fatalf("a forged value opens to %q", plain)
		}
		var known *fault.Error
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("the error is no fault: %v", err)
		}
	})
}
