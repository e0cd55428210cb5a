package pay

import (
	"strings"
	"testing"

	"tillway/internal/fault"
)

func TestCleanText(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"a line end":                      "Acme\nTotal: 0.00",
		"an escape sequence of terminals": "\x1b]0;approved\x07Acme",
		"a control character of C1":       "Acme\u009b31m",
		"a NUL":                           "Ac\x00me",
		"a line separator":                "Acme\u2028Total",
		"an override of the direction":    "Acme \u202eten.elpmaxe",
		"an isolate that is never closed": "Acme \u2067",
		"broken UTF-8":                    "Acme\xff",
	} {
		t.Run(name+" is refused in one line of text", func(t *testing.T) {
			t.Parallel()
			_, err := CleanText("name", raw, 1, 64)
			if !fault.Is(err, fault.Invalid) || fault.From(err).Field != "name" {
				t.Errorf("error %v, want an invalid name", err)
			}
		})
	}
	for _, name := range []string{"Bücher & Zeit", "متجر \u200fالكتب\u200e", "本屋", "👩\u200d💻 tools"} {
		t.Run("a name in any script is taken: "+name, func(t *testing.T) {
			t.Parallel()
			if got, err := CleanText("name", "  "+name+" ", 1, 64); err != nil || got != name {
				t.Errorf("got %q, error %v", got, err)
			}
		})
	}
}

func TestCleanProse(t *testing.T) {
	t.Parallel()
	t.Run("a description has lines and tabs", func(t *testing.T) {
		t.Parallel()
		const markdown = "# Guide\r\n\n\t- one\n\t- two"
		if got, err := CleanProse("description", markdown, 0, 100); err != nil || got != markdown {
			t.Errorf("got %q, error %v", got, err)
		}
	})
	t.Run("other control characters are refused", func(t *testing.T) {
		t.Parallel()
		for _, raw := range []string{"a\x00b", "a\x1b[2Jb", "a\u0085b", "a\xff"} {
			if _, err := CleanProse("description", raw, 0, 100); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: error %v", raw, err)
			}
		}
	})
}

// TestEcho holds every message that repeats what a caller sent: nobody has a
// megabyte of their own sent back.
func TestEcho(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	for name, provoke := range map[string]func() error{
		"an environment":  func() error { _, err := ParseEnv(long); return err },
		"a tax category":  func() error { _, err := ParseTaxCategory("taxCategory", long); return err },
		"a country":       func() error { return Billing{Country: long}.Shape() },
		"a kind of media": func() error { return checkMedia([]Media{{Type: long, URL: "https://a.example"}}) },
	} {
		t.Run(name+" is repeated in part", func(t *testing.T) {
			t.Parallel()
			err := provoke()
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("error %v", err)
			}
			if message := fault.From(err).Message; len(message) > 300 || !strings.Contains(message, "xxxx") {
				t.Errorf("the message has %d bytes", len(message))
			}
		})
	}
}

func TestCheckMedia(t *testing.T) {
	t.Parallel()
	picture := Media{Type: "image", URL: "https://a.example/p.png", Alt: "A book", Thumbnail: "https://a.example/t.png"}
	full := make([]Media, maxMedia)
	for i := range full {
		full[i] = picture
	}
	if err := checkMedia(full); err != nil {
		t.Fatalf("%d pictures are refused: %v", maxMedia, err)
	}
	for name, list := range map[string][]Media{
		"one picture too many":  append(full[:maxMedia:maxMedia], picture),
		"a long address":        {{Type: "image", URL: "https://a.example/" + strings.Repeat("a", maxMediaURL)}},
		"a long thumbnail":      {{Type: "video", URL: picture.URL, Thumbnail: "https://a.example/" + strings.Repeat("a", maxMediaURL)}},
		"a long description":    {{Type: "image", URL: picture.URL, Alt: strings.Repeat("a", maxMediaAlt+1)}},
		"a broken description":  {{Type: "image", URL: picture.URL, Alt: "a\x00"}},
		"an address that is no": {{Type: "image", URL: "javascript:alert(1)"}},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			if err := checkMedia(list); !fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.From(err).Field, "media") {
				t.Errorf("error %v, want an invalid media", err)
			}
		})
	}
}

func TestCleanEmail(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"broken UTF-8":                 "b\xff@example.test",
		"an override of the direction": "b\u202e@example.test",
		"an invisible control":         "b\u2066@example.test",
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			if got, err := CleanEmail("buyerEmail", raw); !fault.Is(err, fault.Invalid) {
				t.Errorf("got %q, error %v", got, err)
			}
		})
	}
}
