package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"tillway/internal/fault"
)

const (
	maxDepth   = 32
	maxElement = 10_000 // values in one document: more than metadata of the greatest size has
)

// kind is the type of a JSON value.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	arrayKind
	objectKind
)

var kindNames = [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}

// String is the kind in words, for messages.
func (k kind) String() string { return kindNames[k] }

// node is one JSON value.
type node struct {
	kind    kind
	truth   bool
	text    string // of a string, decoded; of a number, as written
	items   []node
	members []member // in the order written
}

type member struct {
	name  string
	value node
}

// parse reads a whole text into a tree. The lexing is the standard library's;
// what that lets pass (repeated members, broken UTF-8, anything behind the
// value, any depth) is refused here.
func parse(text []byte) (node, error) {
	if !utf8.Valid(text) {
		return node{}, malformed("the text is not valid UTF-8")
	}
	if loneSurrogate(text) {
		return node{}, malformed("a \\u escape is half of a character")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	reader := treeReader{tokens: decoder}
	root, err := reader.value("", 1)
	if err != nil {
		return node{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, malformed("something follows the JSON value")
	}
	return root, nil
}

type treeReader struct {
	tokens *json.Decoder
	count  int
}

func (r *treeReader) value(path string, depth int) (node, error) {
	token, err := r.tokens.Token()
	if err != nil {
		return node{}, r.broken(err)
	}
	if r.count++; r.count > maxElement {
		return node{}, malformed("the document has too many values")
	}
	switch t := token.(type) {
	case nil:
		return node{kind: nullKind}, nil
	case bool:
		return node{kind: boolKind, truth: t}, nil
	case json.Number:
		return node{kind: numberKind, text: t.String()}, nil
	case string:
		return node{kind: stringKind, text: t}, nil
	case json.Delim:
		if depth > maxDepth {
			return node{}, fault.Invalidf(path, "too_deep", "Malformed JSON: more than %d levels", maxDepth)
		}
		if t == '[' {
			return r.array(path, depth)
		}
		return r.object(path, depth)
	}
	return node{}, malformed("unexpected token")
}

func (r *treeReader) array(path string, depth int) (node, error) {
	list := node{kind: arrayKind}
	for r.tokens.More() {
		item, err := r.value(indexed(path, len(list.items)), depth+1)
		if err != nil {
			return node{}, err
		}
		list.items = append(list.items, item)
	}
	return list, r.close()
}

func (r *treeReader) object(path string, depth int) (node, error) {
	object := node{kind: objectKind}
	seen := map[string]bool{}
	for r.tokens.More() {
		token, err := r.tokens.Token()
		if err != nil {
			return node{}, r.broken(err)
		}
		name, ok := token.(string)
		if !ok {
			return node{}, malformed("a member has no name")
		}
		at := joined(path, name)
		if seen[name] {
			return node{}, fault.Invalidf(at, "repeated_field", "Repeated field: %s", at)
		}
		seen[name] = true
		value, err := r.value(at, depth+1)
		if err != nil {
			return node{}, err
		}
		object.members = append(object.members, member{name: name, value: value})
	}
	return object, r.close()
}

// close reads the bracket that ends an array or object.
func (r *treeReader) close() error {
	if _, err := r.tokens.Token(); err != nil {
		return r.broken(err)
	}
	return nil
}

func (r *treeReader) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return malformed("the text ends too early")
	}
	return malformed("unexpected character near byte " + strconv.FormatInt(r.tokens.InputOffset(), 10)).WithCause(err)
}

// maxPath keeps a path made of a caller's own names fit for a message.
const maxPath = 128

func joined(path, name string) string {
	if path != "" {
		name = path + "." + name
	}
	return fault.EchoTo(name, maxPath)
}

func indexed(path string, i int) string { return fault.EchoTo(path+"["+strconv.Itoa(i)+"]", maxPath) }
