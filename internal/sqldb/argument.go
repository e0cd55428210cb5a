package sqldb

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
)

// bind brings arguments to the closed set that both engines store alike: nil,
// int64, bool, string and []byte. Named types bind as the kind they are made
// of and a nil pointer binds NULL. Everything else is refused: time goes in as
// BIGINT microseconds, money as minor units, and a float never.
//
// Byte slices are not copied, so they must stay as they are until the closure
// has returned.
func bind(args []any) ([]any, error) {
	bound := make([]any, len(args))
	for i, arg := range args {
		value, err := bindOne(arg)
		if err != nil {
			return nil, fmt.Errorf("sqldb: argument $%d: %w", i+1, err)
		}
		bound[i] = value
	}
	return bound, nil
}

func bindOne(arg any) (any, error) {
	switch v := arg.(type) {
	case nil:
		return nil, nil
	case string:
		return v, checkText(v)
	case int64, bool:
		return v, nil
	case int:
		return int64(v), nil
	case []byte:
		return bindBytes(v), nil
	}
	return bindKind(reflect.ValueOf(arg))
}

// bindKind binds what is not one of the plain types: named types and pointers.
func bindKind(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return bindOne(v.Elem().Interface())
	case reflect.String:
		return v.String(), checkText(v.String())
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, fmt.Errorf("%d does not fit a BIGINT", v.Uint())
		}
		return int64(v.Uint()), nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return bindBytes(v.Bytes()), nil
		}
	}
	return nil, fmt.Errorf("a %s cannot be stored", v.Type())
}

// bindBytes keeps a nil slice NULL and an empty one empty.
func bindBytes(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

// checkText refuses what PostgreSQL cannot hold in TEXT, so that SQLite does
// not accept data that could never move to the other engine.
func checkText(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("text with a NUL byte cannot be stored")
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("text that is not valid UTF-8 cannot be stored")
	}
	return nil
}
