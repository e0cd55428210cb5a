package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// graph is which package imports which. Packages of this module are named by
// their folder ("internal/pay"), all others by their import path.
type graph map[string][]string

// rule says what some packages may import.
type rule struct {
	says   string    // the sentence that is enforced
	from   []pattern // the packages bound by it
	except []pattern // among those, the ones that are not
	only   []pattern // if not nil: of our packages they import these alone
	never  []pattern // they import none of these
	// ownRoom lifts never from packages that are matched by the same pattern
	// of from: a dialect may import its own sub-packages.
	ownRoom bool
	// transitively follows imports to their end instead of one step.
	transitively bool
	// breach is a chain of imports that the rule must report.
	breach []string
}

// pattern names packages as the go command does: "a/b" is that package alone,
// "a/b/..." that and everything below. "*test/..." is every package of ours
// with a folder in its path whose name ends in "test".
type pattern string

func packages(names ...string) []pattern {
	patterns := make([]pattern, len(names))
	for i, name := range names {
		patterns[i] = pattern(name)
	}
	return patterns
}

func path(names ...string) []string { return names }

func join(lists ...[]pattern) []pattern { return slices.Concat(lists...) }

func (p pattern) matches(name string) bool {
	switch base, below := strings.CutSuffix(string(p), "/..."); {
	case p == "...":
		return isOurs(name)
	case base == "*test":
		return isOurs(name) && slices.ContainsFunc(strings.Split(name, "/"), func(folder string) bool {
			return strings.HasSuffix(folder, "test")
		})
	case below:
		return name == base || strings.HasPrefix(name, base+"/")
	default:
		return name == string(p)
	}
}

func matchesAny(patterns []pattern, name string) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool { return p.matches(name) })
}

// breaches lists every chain of imports that breaks the rule, sorted.
func (r rule) breaches(g graph) []string {
	var found []string
	for name := range g {
		if !matchesAny(r.from, name) || matchesAny(r.except, name) {
			continue
		}
		for _, chain := range g.chains(name, r.transitively) {
			if r.forbids(name, chain[len(chain)-1]) {
				found = append(found, strings.Join(chain, " → "))
			}
		}
	}
	slices.Sort(found)
	return found
}

func (r rule) forbids(importer, imported string) bool {
	if r.only != nil && isOurs(imported) && !matchesAny(r.only, imported) {
		return true
	}
	if !matchesAny(r.never, imported) {
		return false
	}
	sameRoom := slices.ContainsFunc(r.from, func(p pattern) bool { return p.matches(importer) && p.matches(imported) })
	return !r.ownRoom || !sameRoom
}

// chains gives one shortest chain from a package to each package it imports:
// in one step, or in any number of them.
func (g graph) chains(from string, transitively bool) [][]string {
	var chains [][]string
	seen := map[string]bool{from: true}
	for queue := [][]string{{from}}; len(queue) > 0; queue = queue[1:] {
		for _, imported := range g[queue[0][len(queue[0])-1]] {
			if seen[imported] {
				continue
			}
			seen[imported] = true
			chain := append(slices.Clone(queue[0]), imported)
			chains = append(chains, chain)
			if transitively {
				queue = append(queue, chain)
			}
		}
	}
	return chains
}

// nameOf is the name of an import path in a graph. The standard library has
// folders called internal and cmd too; they are moved out of the way.
func nameOf(importPath string) string {
	if ours, ok := strings.CutPrefix(importPath, module+"/"); ok {
		return ours
	}
	if isOurs(importPath) {
		return "std/" + importPath
	}
	return importPath
}

// isOurs tells a package of this module by its folder.
func isOurs(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first == "internal" || first == "cmd" || first == "test"
}

// roomOf is the folder of the house that a package lies in, or empty.
func roomOf(name string) string {
	for _, room := range rooms {
		if pattern(room + "/...").matches(name) {
			return room
		}
	}
	return ""
}

const module = "tillway"

// mustReadGraph reads the imports of everything that is built into Tillway. A
// package that does not compile is read as far as it can be: that it does not
// compile is reported elsewhere.
func mustReadGraph(t *testing.T) graph {
	t.Helper()
	read, err := readGraphOnce()
	if err != nil {
		t.Fatal(err)
	}
	return read
}

var readGraphOnce = sync.OnceValues(func() (graph, error) {
	root := filepath.Join("..", "..")
	if err := touchSources(root); err != nil {
		return nil, err
	}
	list := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Imports", "./...")
	list.Dir = root
	var complaint bytes.Buffer
	list.Stderr = &complaint
	output, err := list.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(complaint.String()))
	}
	read := graph{}
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var listed struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		imports := make([]string, len(listed.Imports))
		for i, imported := range listed.Imports {
			imports[i] = nameOf(imported)
		}
		read[nameOf(listed.ImportPath)] = imports
	}
	if len(read["internal/fault"]) == 0 {
		return nil, errors.New("go list did not find this module")
	}
	return read, nil
})

// touchSources looks at every Go file of the module. The go command caches the
// result of a test by the files the test itself opened; what a go list below it
// read does not count, and a stale "ok" would be shown.
func touchSources(root string) error {
	for _, top := range []string{"cmd", "internal", "test"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, _ fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // a folder of the house that is not built yet, or a file just removed
			}
			if err != nil || filepath.Ext(name) != ".go" {
				return err
			}
			_, err = os.Stat(name)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
