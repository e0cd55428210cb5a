package archtest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// statement is a piece of SQL and where it was found.
type statement struct {
	place string // file:line
	text  string
}

// mustReadStatements finds the SQL below a folder of the module: every .sql
// file, and every string in Go source that reads as SQL. Test files are left
// out; they may speak to one engine. A folder that does not exist has none.
func mustReadStatements(t *testing.T, root string) []statement {
	t.Helper()
	var found []statement
	err := filepath.WalkDir(filepath.Join("..", "..", root), func(name string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		isGo := filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
		if err != nil || !isGo && filepath.Ext(name) != ".sql" {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if isGo {
			read, err := statementsOf(name, source)
			found = append(found, read...)
			return err
		}
		found = append(found, statementsOfFile(name, string(source))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// statementsOfFile splits a .sql file at its semicolons, without the comments,
// so that a breach is reported with its line.
func statementsOfFile(name, source string) []statement {
	code := notCode.ReplaceAllStringFunc(source, func(found string) string {
		if found[0] == '-' || found[0] == '/' {
			return strings.Repeat("\n", strings.Count(found, "\n"))
		}
		return strings.ReplaceAll(found, ";", ",")
	})
	var found []statement
	line := 1
	for text := range strings.SplitSeq(code, ";") {
		trimmed := strings.TrimLeft(text, " \t\r\n")
		if trimmed != "" {
			start := line + strings.Count(text[:len(text)-len(trimmed)], "\n")
			found = append(found, statement{fmt.Sprintf("%s:%d", name, start), strings.TrimRight(trimmed, " \t\r\n")})
		}
		line += strings.Count(text, "\n")
	}
	return found
}

// gap stands for what is not known of a concatenation before the program runs.
const gap = " _ "

// statementsOf finds the strings of Go source that read as SQL. Texts joined by
// + are read as one, with a gap for each part that is not a literal.
func statementsOf(name string, source []byte) ([]statement, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []statement
	var visit func(node ast.Node) bool
	visit = func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec, *ast.Field:
			return false // paths and struct tags
		case *ast.BinaryExpr, *ast.BasicLit:
			expression := node.(ast.Expr)
			text := textOf(expression, func(unknown ast.Expr) { ast.Inspect(unknown, visit) })
			if isSQL(text) {
				found = append(found, statement{files.Position(expression.Pos()).String(), text})
			}
			return false
		}
		return true
	}
	ast.Inspect(file, visit)
	return found, nil
}

// textOf is the text of a string expression. Each part that is no literal
// leaves a gap and is handed to unknown, because it may hold strings of its own.
func textOf(expression ast.Expr, unknown func(ast.Expr)) string {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
		return gap
	case *ast.ParenExpr:
		return textOf(e.X, unknown)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return textOf(e.X, unknown) + textOf(e.Y, unknown)
		}
		// A comparison: both sides are strings of their own.
		unknown(e.X)
		unknown(e.Y)
		return gap
	}
	unknown(expression)
	return gap
}

var (
	// A statement in either case, by its first words.
	wholeStatement = regexp.MustCompile(`(?is)^[\s(]*(SELECT\s.*|INSERT\s.*INTO\s.*|REPLACE\s+INTO\s.*|UPDATE\s.*SET\s.*|DELETE\s+FROM\s.*|WITH\s.*\sAS\b.*\(.*|(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?(TEMP\s+)?(UNIQUE\s+)?(UNLOGGED\s+)?(TABLE|INDEX|VIEW|TRIGGER|FUNCTION|PROCEDURE|SEQUENCE|TYPE|EXTENSION)\s.*|PRAGMA\s.*|(UN)?LISTEN\s+\S+|NOTIFY\s+\w+|TRUNCATE\s+\w+|LOCK\s+TABLE\s.*|DO\s+\$\$.*|CALL\s+\w+\(.*|SET\s+CONSTRAINTS\s.*)$`)
	// A fragment, by the upper-case words that STYLE asks for.
	fragment = regexp.MustCompile(`\b(SELECT|FROM|WHERE|VALUES|RETURNING|ORDER BY|GROUP BY|LIMIT|JOIN|ON CONFLICT|AND|OR|SET|UPDATE|INSERT|DELETE|EXISTS|FOR)\b\s*[\w($%"]|[=<>]\s*\$\d`)
)

// isSQL tells SQL from messages and names. It would rather read a message than
// miss a statement: a sentence seldom breaks a rule of SQL.
func isSQL(text string) bool { return wholeStatement.MatchString(text) || fragment.MatchString(text) }

// notCode are comments, quoted texts and quoted names of a statement.
var notCode = regexp.MustCompile(`--[^\n]*|(?s:/\*.*?\*/)|'(?:[^']|'')*'|"[^"]*"`)

// bareStatement is a statement with its comments removed and its quoted texts
// and names emptied, because what is inside them is not code.
func bareStatement(text string) string {
	return notCode.ReplaceAllStringFunc(text, func(found string) string {
		switch found[0] {
		case '\'':
			return "''"
		case '"':
			return "quoted"
		}
		return " "
	})
}

func TestStatementsAreFoundInGoSource(t *testing.T) {
	t.Parallel()
	const source = `package sample

import "database/sql"

// SELECT in a comment is not read.
type row struct {
	ID string ` + "`sql:\"SELECT ? FROM x\"`" + `
}

const one = "SELECT id FROM a WHERE id = ?"

const columns = "id, name"

var two = "SELECT " + columns + " FROM a" +
	" WHERE n > $1 FOR UPDATE"

func three(table string) string { return run(("DELETE FROM " + table), 5+6, "select it, then go on?") }

const four = ` + "`\nINSERT INTO a (id)\nVALUES ($1)`" + `

const five = "the store is not active"

var six = four + " RETURNING " + list("SELECT 1 FROM b")

var seven = five == "SELECT 1 FROM c"
`
	found, err := statementsOf("sample.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	want := []statement{
		{"sample.go:10:13", "SELECT id FROM a WHERE id = ?"},
		{"sample.go:14:11", "SELECT  _  FROM a WHERE n > $1 FOR UPDATE"},
		{"sample.go:17:47", "DELETE FROM  _ "},
		{"sample.go:17:77", "select it, then go on?"},
		{"sample.go:19:14", "\nINSERT INTO a (id)\nVALUES ($1)"},
		{"sample.go:25:39", "SELECT 1 FROM b"},
		{"sample.go:25:11", " _  RETURNING  _ "},
		{"sample.go:27:21", "SELECT 1 FROM c"},
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %q\nwant  %q", found, want)
	}
	if _, err := statementsOf("broken.go", []byte("package broken; func {")); err == nil {
		t.Error("broken source was read without an error")
	}
}

func TestStatementsAreFoundInFiles(t *testing.T) {
	t.Parallel()
	const source = "-- +goose Up; JSON is text.\nCREATE TABLE a (\n  id TEXT DEFAULT ';' -- no; not yet\n);\n\n/* two\nlines */ CREATE INDEX i ON a (id);\n"
	want := []statement{
		{"1.sql:2", "CREATE TABLE a (\n  id TEXT DEFAULT ',' \n)"},
		{"1.sql:7", "CREATE INDEX i ON a (id)"},
	}
	if found := statementsOfFile("1.sql", source); !slices.Equal(found, want) {
		t.Errorf("found %q\nwant  %q", found, want)
	}
}

func TestBareStatement(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"SELECT 'it''s ? -- no' FROM a -- yes?\nWHERE b": "SELECT '' FROM a  \nWHERE b",
		"SELECT /* one\ntwo ? */ \"na?me\" FROM a":       "SELECT   quoted FROM a",
		"a -- don't\n= ?": "a  \n= ?",
	}
	for text, want := range cases {
		if got := bareStatement(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestAFolderThatDoesNotExistHasNoStatements(t *testing.T) {
	t.Parallel()
	if found := mustReadStatements(t, "internal/nowhere"); len(found) != 0 {
		t.Errorf("found %q", found)
	}
}
