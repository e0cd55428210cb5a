package id_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/id"
)

func TestToken(t *testing.T) {
	t.Parallel()
	t.Run("has a length that depends on its bytes alone", func(t *testing.T) {
		t.Parallel()
		lengths := map[int]int{1: 2, 8: 11, 16: 22, 24: 33, 32: 43}
		digits := regexp.MustCompile(`^[0-9A-Za-z]*$`)
		for bytes, want := range lengths {
			for seed := range uint64(20) {
				token := seeded(seed).Token(bytes)
				if len(token) != want || !digits.MatchString(token) {
					t.Errorf("%d bytes give %q of %d characters, want %d", bytes, token, len(token), want)
				}
			}
		}
	})
	t.Run("spells all its bytes", func(t *testing.T) {
		t.Parallel()
		token := id.NewSource(nil, bytes.NewReader(bytes.Repeat([]byte{0xff}, 16))).Token(16)
		if want := "7n42DGM5Tflk9n8mt7Fhc7"; token != want {
			t.Errorf("the greatest token of 16 bytes is %s, want %s", token, want)
		}
	})
	t.Run("differs each time", func(t *testing.T) {
		t.Parallel()
		if source := seeded(1); source.Token(32) == source.Token(32) {
			t.Error("two equal tokens")
		}
	})
}

func TestHashIsSHA256InHex(t *testing.T) {
	t.Parallel()
	// The vector of FIPS 180-2.
	if got, want := id.Hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"Xmaker Studio":           "xmaker-studio",
		"  --Tom's   Shop!!  ":    "toms-shop",
		"Café Zürich 24":          "cafe-zurich-24",
		"ＦＵＬＬ width":              "full-width",
		"متجر":                    "store",
		"":                        "store",
		"../../etc/passwd":        "etc-passwd",
		strings.Repeat("ab ", 50): strings.Repeat("ab-", 15) + "ab",
	}
	for name, want := range cases {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			slug := seeded(5).Slug(name)
			if !regexp.MustCompile(`^` + regexp.QuoteMeta(want) + `-[0-9a-z]{8}$`).MatchString(slug) {
				t.Errorf("%q becomes %q, want %s and eight characters", name, slug, want)
			}
		})
	}
	t.Run("throws away the draws that would be biased", func(t *testing.T) {
		t.Parallel()
		drawn := append(bytes.Repeat([]byte{252, 255}, 4), 0, 35, 36, 71, 251, 9, 10, 253, 1, 2, 3, 4, 5, 6, 7, 8)
		if got, want := id.NewSource(nil, bytes.NewReader(drawn)).Slug("x"), "x-0z0zz9a1"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
