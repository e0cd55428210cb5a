package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"tillway/internal/fault"
)

// assignment copies a tree into a wire type.
type assignment struct {
	unknown UnknownFields
	wrong   *[]*fault.Error // every fault, where not the first one ends it; nil otherwise
}

var (
	numberType = reflect.TypeFor[Number]()
	rawType    = reflect.TypeFor[Raw]()
)

// object fills a struct from an object.
func (a assignment) object(path string, from node, into reflect.Value) error {
	for _, m := range from.members {
		field, ok := fieldNamed(into, m.name)
		if !ok {
			if a.unknown == RefuseUnknown {
				at := joined(path, m.name)
				if err := a.settle(fault.Invalidf(at, "unknown_field", "Unknown field: %s", at)); err != nil {
					return err
				}
			}
			continue
		}
		if member, ok := field.Addr().Interface().(optional); ok {
			field = member.give(m.value.kind != nullKind)
		}
		if m.value.kind == nullKind {
			continue
		}
		if err := a.settle(a.value(joined(path, m.name), m.value, field)); err != nil {
			return err
		}
	}
	return nil
}

// fieldNamed finds the field with this exact tag, looking into embedded
// structs. A field without a tag is no member, not even of the empty name.
func fieldNamed(target reflect.Value, name string) (reflect.Value, bool) {
	shape := target.Type()
	for i := range shape.NumField() {
		field := shape.Field(i)
		if field.Anonymous {
			if found, ok := fieldNamed(target.Field(i), name); ok {
				return found, true
			}
			continue
		}
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag != "" && tag == name {
			return target.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func (a assignment) value(path string, from node, into reflect.Value) error {
	switch into.Type() {
	case numberType:
		return set(path, from, numberKind, func() { into.SetString(from.text) })
	case rawType:
		into.SetBytes(from.compact())
		return nil
	}
	switch into.Kind() {
	case reflect.Pointer:
		target := reflect.New(into.Type().Elem())
		if err := a.value(path, from, target.Elem()); err != nil {
			return err
		}
		into.Set(target)
		return nil
	case reflect.String:
		return set(path, from, stringKind, func() { into.SetString(from.text) })
	case reflect.Bool:
		return set(path, from, boolKind, func() { into.SetBool(from.truth) })
	case reflect.Slice:
		return a.list(path, from, into)
	case reflect.Map:
		return a.table(path, from, into)
	case reflect.Struct:
		if from.kind != objectKind {
			return wrongType(path, objectKind, from.kind)
		}
		return a.object(path, from, into)
	}
	// A wire type with a field of another kind is a mistake of the program.
	panic("api: a wire type cannot have a field of type " + into.Type().String())
}

func (a assignment) list(path string, from node, into reflect.Value) error {
	if from.kind != arrayKind {
		return wrongType(path, arrayKind, from.kind)
	}
	list := reflect.MakeSlice(into.Type(), len(from.items), len(from.items))
	for i, item := range from.items {
		if err := a.settle(a.value(indexed(path, i), item, list.Index(i))); err != nil {
			return err
		}
	}
	into.Set(list)
	return nil
}

func (a assignment) table(path string, from node, into reflect.Value) error {
	if from.kind != objectKind {
		return wrongType(path, objectKind, from.kind)
	}
	table := reflect.MakeMapWithSize(into.Type(), len(from.members))
	for _, m := range from.members {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := a.settle(a.value(joined(path, m.name), m.value, value)); err != nil {
			return err
		}
		table.SetMapIndex(reflect.ValueOf(m.name).Convert(into.Type().Key()), value)
	}
	into.Set(table)
	return nil
}

func set(path string, from node, want kind, assign func()) error {
	if from.kind != want {
		return wrongType(path, want, from.kind)
	}
	assign()
	return nil
}

func wrongType(path string, want, got kind) error {
	return fault.Invalidf(path, "wrong_type", "Invalid type for field %s: expected %s, got %s", path, want, got)
}

// compact is the value as JSON without spaces.
func (n node) compact() []byte {
	var out bytes.Buffer
	n.write(&out)
	return out.Bytes()
}

func (n node) write(out *bytes.Buffer) {
	switch n.kind {
	case nullKind:
		out.WriteString("null")
	case boolKind:
		if n.truth {
			out.WriteString("true")
		} else {
			out.WriteString("false")
		}
	case numberKind:
		out.WriteString(n.text)
	case stringKind:
		writeString(out, n.text)
	case arrayKind:
		out.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				out.WriteByte(',')
			}
			item.write(out)
		}
		out.WriteByte(']')
	case objectKind:
		out.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				out.WriteByte(',')
			}
			writeString(out, m.name)
			out.WriteByte(':')
			m.value.write(out)
		}
		out.WriteByte('}')
	}
}

// writeString quotes a text that is known to be valid UTF-8, which cannot fail.
func writeString(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	out.Truncate(out.Len() - 1) // the encoder's line feed
}
