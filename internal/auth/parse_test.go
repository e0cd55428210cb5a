package auth

import (
	"encoding/base64"
	"strings"
	"testing"

	"tillway/internal/id"
)

func FuzzSignature(f *testing.F) {
	for _, seed := range []string{"", "AA==", "AB==", "AA", "A A=", "AA==\n", "-_8=", strings.Repeat("A", 1368), strings.Repeat("A", 1372)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		signature, ok := parseSignature(text)
		if ok && base64.StdEncoding.EncodeToString(signature) != text {
			t.Errorf("%q has two spellings", text)
		}
		if ok && len(signature) > mostBits/8 {
			t.Errorf("%d bytes are longer than any key's", len(signature))
		}
	})
}

func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{"", "0", "1705312200", "1705312200000", "+1", "-1", "1e9", "1.5", " 1", "99999999999", "100000000000", "9999999999999999", "١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := parseTimestamp(text)
		if !ok {
			return
		}
		if at.Year() < 1970 || at.Year() > 320_000 {
			t.Errorf("%q is %s", text, at)
		}
		if strings.Trim(text, "0123456789") != "" {
			t.Errorf("%q is not digits only", text)
		}
	})
}

func FuzzToken(f *testing.F) {
	for _, seed := range []string{"", "TKN_", "TKN_0350qmKLPYLtZDStpbBWmz_XPzETkIe0Riznq6QekcBGDrt68qAEMFsDoW9fb0UDZq", "TKN_0350qmKLPYLtZDStpbBWmz_", "TKN_zzzzzzzzzzzzzzzzzzzzzz_a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		named, ok := tokenIDOf(id.Secret(text))
		if ok && !strings.HasPrefix(text, string(named)+"_") {
			t.Errorf("%q names %q", text, named)
		}
		if _, err := id.Parse(tokenPrefix, string(named)); ok && err != nil {
			t.Errorf("%q names %q: %v", text, named, err)
		}
	})
}
