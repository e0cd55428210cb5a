package id_test

import (
	"strings"
	"testing"
	"testing/quick"

	"tillway/internal/id"
)

func TestIsSlug(t *testing.T) {
	t.Parallel()
	t.Run("every slug that is made is one", func(t *testing.T) {
		t.Parallel()
		source := id.NewSource(nil, nil)
		made := func(name string) bool {
			slug := source.Slug(name)
			return id.IsSlug(slug) && id.IsSlug(id.Reslug(slug, "New "+name))
		}
		if err := quick.Check(made, nil); err != nil {
			t.Error(err)
		}
		if !made(strings.Repeat("Very long name ", 100)) {
			t.Error("the slug of a long name is none")
		}
	})
	for name, text := range map[string]string{
		"nothing": "", "upper case": "Acme-p7o0nfzy", "a path": "acme/../x", "a NUL": "acme\x00", "broken UTF-8": "\xff",
		"another script": "本屋", "more than any slug has": strings.Repeat("a", 58),
	} {
		t.Run(name+" is none", func(t *testing.T) {
			t.Parallel()
			if id.IsSlug(text) {
				t.Errorf("%q counts as a slug", text)
			}
		})
	}
}
