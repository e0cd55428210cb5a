package id_test

import (
	"bytes"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// shape is what the SDK checks on its side (spec/pancake.md §2.1).
var shape = regexp.MustCompile(`^[A-Z]{2,5}_[0-9A-Za-z]{22}$`)

func anyUUID() *rapid.Generator[uuid.UUID] {
	return rapid.Custom(func(t *rapid.T) uuid.UUID {
		return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
	})
}

func TestIdentifiersRoundTrip(t *testing.T) {
	t.Parallel()
	prefix := rapid.StringMatching(`[A-Z]{2,5}`)
	rapid.Check(t, func(t *rapid.T) {
		want, prefix := anyUUID().Draw(t, "id"), prefix.Draw(t, "prefix")
		text := id.Format(prefix, want)
		if !shape.MatchString(text) {
			t.Fatalf("%q does not have the SDK's shape", text)
		}
		if first := text[len(prefix)+1]; first < '0' || first > '7' {
			t.Fatalf("%q begins with %c", text, first)
		}
		if got, err := id.Parse(prefix, text); err != nil || got != want {
			t.Fatalf("%q reads as %v, %v; want %v", text, got, err, want)
		}
	})
}

func TestIdentifiersAgreeWithBigIntegers(t *testing.T) {
	t.Parallel()
	// math/big has the same digits with the two cases exchanged.
	swap := func(char rune) rune {
		switch {
		case char >= 'a' && char <= 'z':
			return char - 'a' + 'A'
		case char >= 'A' && char <= 'Z':
			return char - 'A' + 'a'
		}
		return char
	}
	rapid.Check(t, func(t *rapid.T) {
		u := anyUUID().Draw(t, "id")
		text := strings.Map(swap, new(big.Int).SetBytes(u[:]).Text(62))
		if want := "STO_" + strings.Repeat("0", 22-len(text)) + text; id.Format("STO", u) != want {
			t.Fatalf("%v prints as %s, want %s", u, id.Format("STO", u), want)
		}
	})
}

func TestIdentifiersSortAsTheirUUIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, y := anyUUID().Draw(t, "x"), anyUUID().Draw(t, "y")
		if bytes.Compare(x[:], y[:]) != strings.Compare(id.Format("STO", x), id.Format("STO", y)) {
			t.Fatalf("%v and %v sort otherwise as text", x, y)
		}
	})
}

func TestFormatEdges(t *testing.T) {
	t.Parallel()
	if got, want := id.Format(id.Store, uuid.Nil), "STO_"+strings.Repeat("0", 22); got != want {
		t.Errorf("the least is %s, want %s", got, want)
	}
	if got, want := id.Format(id.Store, uuid.Max), "STO_7n42DGM5Tflk9n8mt7Fhc7"; got != want {
		t.Errorf("the greatest is %s, want %s", got, want)
	}
	for _, prefix := range []string{"", "S", "STORES", "sto", "STO_", "S1"} {
		t.Run("refuses the prefix "+prefix, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			id.Format(prefix, uuid.Nil)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := id.Format("STO", uuid.Max)
	bad := map[string]string{
		"nothing":              "",
		"the bare prefix":      "STO_",
		"another prefix":       strings.Replace(good, "STO", "MER", 1),
		"a lower-case prefix":  strings.Replace(good, "STO", "sto", 1),
		"no underscore":        strings.Replace(good, "_", "-", 1),
		"a digit too few":      good[:len(good)-1],
		"a digit too many":     good + "0",
		"a foreign character":  good[:len(good)-1] + "-",
		"a multibyte digit":    good[:len(good)-2] + "é",
		"one beyond 128 bits":  "STO_7n42DGM5Tflk9n8mt7Fhc8",
		"far beyond 128 bits":  "STO_" + strings.Repeat("z", 22),
		"a raw UUID":           uuid.Max.String(),
		"space around it":      " " + good,
		"a newline behind it":  good + "\n",
		"a null byte in place": good[:len(good)-1] + "\x00",
	}
	for name, text := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := id.Parse("STO", text)
			if got != uuid.Nil || !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_id" {
				t.Fatalf("%q reads as %v, %v", text, got, err)
			}
			if want := `Expected format: STO_xxx, got "` + text + `"`; fault.From(err).Message != want {
				t.Errorf("message %q, want %q", fault.From(err).Message, want)
			}
		})
	}
	t.Run("and repeats no more than the beginning of a long input", func(t *testing.T) {
		t.Parallel()
		_, err := id.Parse("STO", strings.Repeat("é", math.MaxUint16))
		if got, want := fault.From(err).Message, `Expected format: STO_xxx, got "`+strings.Repeat("é", 32)+`…"`; got != want {
			t.Errorf("message %q, want %q", got, want)
		}
	})
}

func TestParseUUIDAndSession(t *testing.T) {
	t.Parallel()
	const canonical = "0193478e-4a5b-7c6d-8e9f-a0b1c2d3e4f5"
	want := uuid.MustParse(canonical)
	for _, text := range []string{canonical, strings.ToUpper(canonical)} {
		if got, err := id.ParseUUID(text); err != nil || got != want {
			t.Errorf("%s reads as %v, %v", text, got, err)
		}
		if got, err := id.ParseSession("cs_" + text); err != nil || got != want {
			t.Errorf("cs_%s reads as %v, %v", text, got, err)
		}
	}
	bad := map[string]string{
		"nothing": "", "braces": "{" + canonical + "}", "a URN": "urn:uuid:" + canonical,
		"no hyphens": strings.ReplaceAll(canonical, "-", ""), "hyphens elsewhere": "0193478e4-a5b-7c6d-8e9f-a0b1c2d3e4f5",
		"a foreign digit": "g" + canonical[1:], "one too many": canonical + "0",
	}
	for name, text := range bad {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			if got, err := id.ParseUUID(text); got != uuid.Nil || fault.CodeOf(err) != "bad_id" {
				t.Errorf("%q reads as %v, %v", text, got, err)
			}
			if got, err := id.ParseSession("cs_" + text); got != uuid.Nil || fault.CodeOf(err) != "bad_id" {
				t.Errorf("cs_%q reads as %v, %v", text, got, err)
			}
		})
	}
	t.Run("refuses a session without its prefix", func(t *testing.T) {
		t.Parallel()
		_, err := id.ParseSession(canonical)
		if want := `Expected format: cs_xxx, got "` + canonical + `"`; fault.From(err).Message != want {
			t.Errorf("message %q, want %q", fault.From(err).Message, want)
		}
	})
}

// FuzzParse proves that an identifier has one spelling: whatever is accepted
// prints back as it was written.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "STO_", "STO_7n42DGM5Tflk9n8mt7Fhc7", "STO_7n42DGM5Tflk9n8mt7Fhc8", "STO_0000000000000000000000", "MER_0000000000000000000000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := id.Parse("STO", text)
		if err != nil {
			if fault.CodeOf(err) != "bad_id" {
				t.Fatalf("the fault is %v", err)
			}
			return
		}
		if again := id.Format("STO", parsed); again != text {
			t.Fatalf("%q and %q are one identifier", text, again)
		}
	})
}
