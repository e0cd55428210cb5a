package sqldb_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

type (
	storeID  string
	minor    int64
	attempts uint16
	flag     bool
	body     []byte
)

func ptr[T any](v T) *T { return &v }

func TestValuesComeBackAsTheyWentIn(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		tests := map[string]struct {
			column string
			in     any
			out    any // a pointer to the zero value of what is wanted
			want   any
		}{
			"text":                    {"id", "naïve ☕ 'quoted' \"twice\"", new(string), ptr("naïve ☕ 'quoted' \"twice\"")},
			"empty text":              {"id", "", new(string), ptr("")},
			"text like a number":      {"id", "007", new(string), ptr("007")},
			"named text":              {"id", storeID("STO_1"), new(storeID), ptr(storeID("STO_1"))},
			"pointer to text":         {"id", ptr("x"), new(*string), ptr(ptr("x"))},
			"int":                     {"n", 42, new(int), ptr(42)},
			"largest integer":         {"n", int64(math.MaxInt64), new(int64), ptr(int64(math.MaxInt64))},
			"smallest integer":        {"n", int64(math.MinInt64), new(int64), ptr(int64(math.MinInt64))},
			"named integer":           {"n", minor(-2900), new(minor), ptr(minor(-2900))},
			"small unsigned":          {"n", attempts(65535), new(attempts), ptr(attempts(65535))},
			"pointer to integer":      {"n", ptr(int64(7)), new(*int64), ptr(ptr(int64(7)))},
			"nil pointer is NULL":     {"n", (*int64)(nil), new(*int64), new(*int64)},
			"nil is NULL":             {"n", nil, ptr(ptr(minor(9))), new(*minor)},
			"true":                    {"ok", true, new(bool), ptr(true)},
			"false":                   {"ok", false, ptr(true), ptr(false)},
			"named boolean":           {"ok", flag(true), new(flag), ptr(flag(true))},
			"NULL boolean":            {"ok", (*bool)(nil), new(*bool), new(*bool)},
			"bytes":                   {"bytes", []byte{0, 255, 'a', 0}, new([]byte), ptr([]byte{0, 255, 'a', 0})},
			"bytes like text":         {"bytes", []byte("123"), new([]byte), ptr([]byte("123"))},
			"empty bytes":             {"bytes", []byte{}, new([]byte), ptr([]byte{})},
			"nil bytes are NULL":      {"bytes", []byte(nil), ptr([]byte("x")), new([]byte)},
			"named bytes":             {"bytes", body("b"), new(body), ptr(body("b"))},
			"empty bytes are no NULL": {"bytes", []byte{}, new(*[]byte), ptr(ptr([]byte{}))},
		}
		for name, test := range tests {
			mustWrite(t, db, func(tx sqldb.Tx) error {
				tx.Exec("DELETE FROM item")
				if test.column == "id" {
					tx.Exec("INSERT INTO item (id) VALUES ($1)", test.in)
				} else {
					tx.Exec("INSERT INTO item (id, "+test.column+") VALUES ('x', $1)", test.in)
				}
				return nil
			})
			err := db.Read(t.Context(), func(q sqldb.Querier) error {
				return q.QueryRow("SELECT " + test.column + " FROM item").Scan(test.out)
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if diff := cmp.Diff(test.want, test.out); diff != "" {
				t.Errorf("%s: came back different (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestValuesThatOneEngineWouldStoreDifferentlyAreRefused(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		tests := map[string]any{
			"a time":                    time.Unix(0, 0),
			"a duration in a structure": struct{ time.Duration }{},
			"a float":                   1.5,
			"an integer over 63 bits":   uint64(math.MaxUint64),
			"text with a NUL":           "a\x00b",
			"text that is not UTF-8":    "a\xffb",
			"a list":                    []string{"a"},
		}
		for name, value := range tests {
			err := db.Write(t.Context(), func(tx sqldb.Tx) error {
				tx.Exec("INSERT INTO item (id) VALUES ($1)", value)
				return nil
			})
			if err == nil {
				t.Errorf("%s is stored", name)
			}
		}
	})
}

// These would differ silently; the tests on PostgreSQL find them.
func TestPostgresRefusesArgumentsOfAnotherKindThanTheirParameter(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenPostgres(t, ground)
	tests := map[string][]any{
		"bytes for text":     {[]byte("a"), 1, true, nil},
		"integer for text":   {1, 1, true, nil},
		"text for integer":   {"a", "1", true, nil},
		"integer for truth":  {"a", 1, 1, nil},
		"text for bytes":     {"a", 1, true, "b"},
		"too few arguments":  {"a", 1, true},
		"too many arguments": {"a", 1, true, nil, nil},
	}
	for name, args := range tests {
		err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec(addItem, args...); return nil })
		if err == nil {
			t.Errorf("%s is stored", name)
		}
	}
}

func TestScanRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			tx.Exec(addItem, "text", 300, nil, []byte("b"))
			return nil
		})
		tests := map[string]struct {
			sql  string
			dest []any
		}{
			"text into an integer":       {"SELECT id FROM item", []any{new(int)}},
			"integer into text":          {"SELECT n FROM item", []any{new(string)}},
			"NULL into a boolean":        {"SELECT ok FROM item", []any{new(bool)}},
			"integer into a boolean":     {"SELECT n FROM item", []any{new(bool)}},
			"bytes into text":            {"SELECT bytes FROM item", []any{new(string)}},
			"a large integer into uint8": {"SELECT n FROM item", []any{new(uint8)}},
			"one column into two":        {"SELECT id FROM item", []any{new(string), new(string)}},
			"into a value":               {"SELECT id FROM item", []any{"text"}},
			"into a time":                {"SELECT n FROM item", []any{new(time.Time)}},
		}
		for name, test := range tests {
			err := db.Read(t.Context(), func(q sqldb.Querier) error { return q.QueryRow(test.sql).Scan(test.dest...) })
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
	})
}

func TestPlaceholdersMayComeOutOfOrderAndTwice(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			tx.Exec("INSERT INTO item (n, id, bytes, ok) VALUES ($3, $1, $4, $2)", "a", true, 3, []byte("d"))
			tx.Exec("INSERT INTO item (n, id) VALUES ($2, $1), ($2, $3)", "b", 4, "c")
			var n, sum int64
			var a string
			err := tx.QueryRow("SELECT id, n, (SELECT SUM(n) FROM item) FROM item WHERE n = $2 AND id = $1 OR id = $1", "a", 99).Scan(&a, &n, &sum)
			if err != nil {
				return err
			}
			if a != "a" || n != 3 || sum != 11 {
				t.Errorf("got %q, %d, %d, want a, 3, 11", a, n, sum)
			}
			return nil
		})
	})
}
