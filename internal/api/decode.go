package api

import (
	"reflect"
	"strconv"

	"tillway/internal/fault"
)

// UnknownFields is a dialect's policy for members that a wire type does not have.
type UnknownFields bool

// The policies.
const (
	IgnoreUnknown UnknownFields = false
	RefuseUnknown UnknownFields = true
)

// Decode reads one JSON object into a wire type, strictly: exact member names,
// exact types, no repeated members, nothing behind the object, valid UTF-8, at
// most maxDepth levels. Numbers stay text (see Number).
//
// A wire type is a struct whose fields are tagged `json:"name"` and are
// strings, bools, Number, Raw, pointers, slices and string-keyed maps of these,
// or structs; an embedded struct's fields count as its own. null leaves a field
// as it is; a pointer tells an absent member from an empty one, and an Optional
// tells null from both.
//
// Faults are Invalid and name the field, as in "prices.USD.amount", except for
// "malformed_json" of a text that is no JSON object at all.
func Decode(body []byte, into any, unknown UnknownFields) error {
	root, err := parse(body)
	if err != nil {
		return err
	}
	if root.kind != objectKind {
		return malformed("the body must be a JSON object, got " + root.kind.String())
	}
	return assignment{unknown: unknown}.object("", root, reflect.ValueOf(into).Elem())
}

// Number is a JSON number as it was written.
type Number string

// Int64 reads an integer: digits with an optional minus, no fraction and no
// exponent. False when it is something else or does not fit.
func (n Number) Int64() (int64, bool) {
	value, err := strconv.ParseInt(string(n), 10, 64)
	return value, err == nil
}

// Raw is any JSON value, compact, with its numbers and the order of its
// members as they were written.
type Raw []byte

// MarshalJSON gives the value back.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return r, nil
}

func malformed(why string) *fault.Error {
	return fault.New(fault.Invalid, "malformed_json", "Malformed JSON: "+why)
}
