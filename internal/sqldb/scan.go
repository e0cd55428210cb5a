package sqldb

import (
	"errors"
	"fmt"
	"reflect"
)

// errNull is a NULL met by a destination that cannot hold one.
var errNull = errors.New("the value is NULL: scan it into a pointer to a pointer")

// scan copies one row of values (nil, int64, bool, string or []byte) into the
// destinations. It is shared by the engines, so that what scans on one scans
// on the other.
func scan(values []any, dest []any) error {
	if len(values) != len(dest) {
		return fmt.Errorf("sqldb: scan: %d columns into %d destinations", len(values), len(dest))
	}
	for i := range dest {
		if err := scanOne(values[i], dest[i]); err != nil {
			return fmt.Errorf("sqldb: scan column %d: %w", i+1, err)
		}
	}
	return nil
}

func scanOne(value, dest any) error {
	switch d := dest.(type) {
	case *string:
		return scanString(value, d)
	case *int64:
		return scanInt(value, d)
	case *bool:
		return scanBool(value, d)
	case *[]byte:
		return scanBytes(value, d)
	case *int:
		var n int64
		err := scanInt(value, &n)
		*d = int(n)
		return err
	}
	target := reflect.ValueOf(dest)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("the destination is a %T, want a pointer", dest)
	}
	return scanKind(value, target.Elem())
}

// scanKind fills named types and, for columns that may be NULL, pointers.
func scanKind(value any, target reflect.Value) error {
	switch target.Kind() {
	case reflect.Pointer:
		if value == nil {
			target.SetZero()
			return nil
		}
		filled := reflect.New(target.Type().Elem())
		if err := scanOne(value, filled.Interface()); err != nil {
			return err
		}
		target.Set(filled)
		return nil
	case reflect.String:
		var s string
		err := scanString(value, &s)
		target.SetString(s)
		return err
	case reflect.Bool:
		var b bool
		err := scanBool(value, &b)
		target.SetBool(b)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		if err := scanInt(value, &n); err != nil {
			return err
		}
		if target.OverflowInt(n) {
			return fmt.Errorf("%d does not fit a %s", n, target.Type())
		}
		target.SetInt(n)
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var n int64
		if err := scanInt(value, &n); err != nil {
			return err
		}
		if n < 0 || target.OverflowUint(uint64(n)) {
			return fmt.Errorf("%d does not fit a %s", n, target.Type())
		}
		target.SetUint(uint64(n))
		return nil
	case reflect.Slice:
		if target.Type().Elem().Kind() == reflect.Uint8 {
			var b []byte
			err := scanBytes(value, &b)
			target.SetBytes(b)
			return err
		}
	}
	return fmt.Errorf("a %s cannot be scanned into", target.Type())
}

func scanString(value any, dest *string) error {
	switch v := value.(type) {
	case string:
		*dest = v
		return nil
	case nil:
		return errNull
	}
	return mismatch(value, "string")
}

func scanInt(value any, dest *int64) error {
	switch v := value.(type) {
	case int64:
		*dest = v
		return nil
	case nil:
		return errNull
	}
	return mismatch(value, "integer")
}

// scanBool also takes 0 and 1: that is how SQLite keeps a BOOLEAN.
func scanBool(value any, dest *bool) error {
	switch v := value.(type) {
	case bool:
		*dest = v
		return nil
	case int64:
		if v == 0 || v == 1 {
			*dest = v == 1
			return nil
		}
	case nil:
		return errNull
	}
	return mismatch(value, "boolean")
}

// scanBytes also takes NULL, which a nil slice can hold, and empty text, as
// which SQLite keeps an empty byte slice.
func scanBytes(value any, dest *[]byte) error {
	switch v := value.(type) {
	case string:
		if v == "" {
			*dest = []byte{}
			return nil
		}
	case []byte:
		*dest = v
		return nil
	case nil:
		*dest = nil
		return nil
	}
	return mismatch(value, "byte slice")
}

// mismatch names types only: values may be secrets and errors are logged.
func mismatch(value any, want string) error {
	return fmt.Errorf("a column of type %T does not fit a %s", value, want)
}
