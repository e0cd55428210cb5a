package id_test

import (
	"crypto/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

func TestCUID(t *testing.T) {
	t.Parallel()
	t.Run("has the shape of Wayl's", func(t *testing.T) {
		t.Parallel()
		if made := seeded(1).CUID(); !regexp.MustCompile(`^c[0-9a-z]{24}$`).MatchString(made) {
			t.Errorf("made %q", made)
		}
	})
	t.Run("those of one moment are ordered and distinct", func(t *testing.T) {
		t.Parallel()
		source := seeded(2)
		minted := make([]string, 10_000)
		for i := range minted {
			minted[i] = source.CUID()
		}
		if !slices.IsSorted(minted) || len(slices.Compact(minted)) != len(minted) {
			t.Error("identifiers of one moment are out of order or equal")
		}
	})
	t.Run("spells a UUID of version 7 without losing anything", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			at := time.UnixMilli(rapid.Int64Range(0, 253402300799999).Draw(t, "ms"))
			minted := uuid.MustParse(id.NewSource(func() time.Time { return at }, rand.Reader).UUID())
			text := id.CUIDOf(minted)
			read, err := id.ParseCUID(text)
			if err != nil || read != minted {
				t.Fatalf("%s became %s and then %s, %v", minted, text, read, err)
			}
			if before2059 := at.UnixMilli() < 36*36*36*36*36*36*36*36; before2059 != (len(text) == 25) {
				t.Fatalf("%s has %d characters", text, len(text))
			}
		})
	})
	good := seeded(3).CUID()
	for name, text := range map[string]string{
		"nothing": "", "another first letter": "d" + good[1:], "one too short": good[:24], "upper case": strings.ToUpper(good),
		"a sign": "c+" + good[2:], "too many ticks": good[:9] + "zzzz" + good[13:], "too much chance": good[:13] + "zzzzzzzzzzzz",
		"a needless nought": "c0" + good[1:], "a NUL": good[:24] + "\x00", "endless": "c" + strings.Repeat("z", 10_000),
	} {
		t.Run(name+" is none", func(t *testing.T) {
			t.Parallel()
			if _, err := id.ParseCUID(text); fault.CodeOf(err) != "bad_id" {
				t.Errorf("%.40q: %v", text, err)
			}
		})
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	source := seeded(4)
	for range 1000 {
		if code := source.Code(); !regexp.MustCompile(`^[0-9A-Z]{8}$`).MatchString(code) || !id.IsCode(code) {
			t.Fatalf("made %q", code)
		}
	}
	for _, text := range []string{"", "I94F590", "I94F590II", "i94f590i", "I94F590-", "I94F59\u00e4"} {
		if id.IsCode(text) {
			t.Errorf("%q counts as a code", text)
		}
	}
}
