package docs

import (
	"fmt"
	"slices"

	"github.com/oasdiff/yaml3"
)

// exampleAnswer makes an answer that the schema allows. A member that the
// request's example has too gets its value, so that the answer tells of the
// same thing. A string that must keep a pattern needs an example in the file;
// a test finds the one that has none.
func (d *document) exampleAnswer(s *schema, request *yaml.Node) (*yaml.Node, error) {
	said := map[string]*yaml.Node{}
	if request != nil && request.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(request.Content); i += 2 {
			said[request.Content[i].Value] = request.Content[i+1]
		}
	}
	return d.example("", s, said, 0)
}

func (d *document) example(name string, s *schema, said map[string]*yaml.Node, depth int) (*yaml.Node, error) {
	found, err := d.resolve(s)
	if err != nil {
		return nil, err
	}
	if value := found.stated(); value != nil {
		return value, nil
	}
	if value, ok := said[name]; ok && kindOf(value) == found.Type {
		return value, nil
	}
	switch {
	case depth > maxDepth:
		return scalar("!!null", "null"), nil
	case len(found.OneOf) > 0:
		return d.example(name, found.OneOf[0], said, depth+1)
	case found.Nullable:
		return scalar("!!null", "null"), nil
	}
	switch found.Type {
	case "object":
		made := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, member := range found.Members {
			if !slices.Contains(found.Required, member.Name) {
				continue
			}
			value, err := d.example(member.Name, member.Value, said, depth+1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", member.Name, err)
			}
			made.Content = append(made.Content, scalar("!!str", member.Name), value)
		}
		return made, nil
	case "array":
		made := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for range found.MinItems {
			value, err := d.example("", found.Items, said, depth+1)
			if err != nil {
				return nil, err
			}
			made.Content = append(made.Content, value)
		}
		return made, nil
	case "boolean":
		return scalar("!!bool", "false"), nil
	case "integer", "number":
		least := found.Minimum
		if least == "" {
			least = "0"
		}
		return scalar("!!int", least), nil
	}
	if found.Format == "uuid" {
		return scalar("!!str", "6f1c2d9e-77aa-4c1e-9a53-0b8de7a4c210"), nil
	}
	return scalar("!!str", unknownText), nil
}

// unknownText stands where the file gives no example.
const unknownText = "…"

// stated is the value that the file itself gives, or nil.
func (s resolved) stated() *yaml.Node {
	if s.Example.Kind != 0 {
		return &s.Example
	}
	for _, one := range s.Enum {
		if one.Value != "" && one.ShortTag() != "!!null" {
			return &one
		}
	}
	return nil
}

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// kindOf is the JSON type of a value, as schemas name it.
func kindOf(value *yaml.Node) string {
	if value.Kind == yaml.MappingNode {
		return "object"
	}
	if value.Kind == yaml.SequenceNode {
		return "array"
	}
	switch value.ShortTag() {
	case "!!bool":
		return "boolean"
	case "!!int":
		return "integer"
	case "!!float":
		return "number"
	case "!!null":
		return "null"
	}
	return "string"
}
