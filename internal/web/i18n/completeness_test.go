package i18n_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/web/i18n"
)

// used finds the keys in templates and in Go: {{t "key" …}}, (t "key" …) and
// i18n.Key("key"). Package i18n writes Key("key") itself.
var used = map[string]*regexp.Regexp{
	".html": regexp.MustCompile(`[{(]\s*t "([^"]+)"`),
	".go":   regexp.MustCompile(`\bKey\("([\w.]+)"\)`),
}

// usedKeys maps every key used in the pages to a file that uses it.
func usedKeys(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		pattern, wanted := used[filepath.Ext(path)]
		if err != nil || entry.IsDir() || !wanted || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
			keys[found[1]] = path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// texts reads a locale file: key to its raw text.
func texts(t *testing.T, file string) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &found); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return found
}

func TestEveryLanguageIsComplete(t *testing.T) {
	t.Parallel()
	keys := usedKeys(t)
	if len(keys) < 50 {
		t.Fatalf("only %d keys were found in use: the search is broken", len(keys))
	}
	files, err := filepath.Glob("locale/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no locale files: %v", err)
	}
	english := texts(t, "locale/en.json")
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			given := texts(t, file)
			for key, where := range keys {
				if given[key] == nil {
					t.Errorf("%s lacks %q, which %s uses", file, key, where)
				}
			}
			for key, text := range given {
				if keys[key] == "" {
					t.Errorf("%s has %q, which nothing uses", file, key)
				}
				if want, got := placeholders(english[key]), placeholders(text); want != got {
					t.Errorf("%s: %q has the placeholders %s, English has %s", file, key, got, want)
				}
			}
		})
	}
}

// TestEveryLanguageCounts asks every text that counts for numbers of each
// plural form that a language may have (Arabic has six).
func TestEveryLanguageCounts(t *testing.T) {
	t.Parallel()
	for key, raw := range texts(t, "locale/en.json") {
		counts := strings.HasPrefix(string(raw), "{") || strings.Contains(string(raw), "{{.Count}}")
		if !counts {
			continue
		}
		args := []any{}
		for _, found := range placeholder.FindAllStringSubmatch(string(raw), -1) {
			args = append(args, found[1], "x")
		}
		for _, l := range mustCatalog(t).Languages() {
			for _, count := range []int{0, 1, 2, 3, 11, 100} {
				// English may have one text for many where one cannot be.
				if count == 1 && !strings.HasPrefix(string(raw), "{") && l.Tag() == "en" {
					continue
				}
				if got, err := l.Text(i18n.Key(key), append(args, "Count", count)...); err != nil {
					t.Errorf("%s does not say %q of %d: %q, %v", l.Tag(), key, count, got, err)
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

// placeholders lists the distinct placeholders of a text in order of the alphabet.
func placeholders(raw json.RawMessage) string {
	seen := map[string]bool{}
	for _, found := range placeholder.FindAllStringSubmatch(string(raw), -1) {
		seen[found[1]] = true
	}
	text, _ := json.Marshal(seen) // a map is written in the order of its keys
	return string(text)
}
