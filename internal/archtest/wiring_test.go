package archtest

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A dialect touches its own folder, its own nouns, and one file and one line of
// wiring. Pancake is the core's own dialect, of which the server knows more.
func TestADialectIsWiredInAFileOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"diddo", "waypay", "wayl"} {
		want := []string{"internal/app/dialect_" + dialect + ".go"}
		if got := mustFindImporters(t, "internal/api/"+dialect); !slices.Equal(got, want) {
			t.Errorf("%s is imported by %q, want %q", dialect, got, want)
		}
	}
	if got := mustFindImporters(t, "internal/api/pancake"); len(got) < 2 {
		t.Errorf("Pancake is imported by %q: the search finds too little", got)
	}
}

// mustFindImporters lists the source files outside of a package that import it,
// sorted. Test files are left out.
func mustFindImporters(t *testing.T, imported string) []string {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []string
	for _, folder := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			read, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			short, err := filepath.Rel(root, name)
			for _, spec := range read.Imports {
				path, bad := strconv.Unquote(spec.Path.Value)
				err = errors.Join(err, bad)
				if path == module+"/"+imported {
					found = append(found, filepath.ToSlash(short))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(found)
	return found
}
