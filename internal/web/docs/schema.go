package docs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/oasdiff/yaml3"
)

// maxDepth bounds how far members of members are shown, and ends a schema that
// contains itself.
const maxDepth = 6

// resolved is a schema without references: what it refers to, with what stands
// beside the reference on top.
type resolved struct {
	schema
	Name string // of the component, "" for a schema that has none
}

// resolve follows references and an allOf of one, which is how OpenAPI 3.0
// hangs a description or nullable onto a reference.
func (d *document) resolve(s *schema) (resolved, error) {
	if s == nil {
		return resolved{}, nil
	}
	if s.Ref == "" && len(s.AllOf) != 1 {
		return resolved{schema: *s}, nil
	}
	var (
		name  string
		inner *schema
		err   error
	)
	if s.Ref == "" {
		inner = s.AllOf[0]
	} else if name, inner, err = component(d.Components.Schemas, s.Ref); err != nil {
		return resolved{}, err
	}
	found, err := d.resolve(inner)
	if err != nil {
		return resolved{}, err
	}
	if name != "" {
		found.Name = name
	}
	found.Nullable = found.Nullable || s.Nullable
	if s.Description != "" {
		found.Description = s.Description
	}
	if s.Example.Kind != 0 {
		found.Example = s.Example
	}
	return found, nil
}

// Member is one member of a request or an answer, or one header.
type Member struct {
	Name     string
	Type     string // such as "string", "array of EventName"
	Required bool
	Text     string
	Rules    []string // full phrases: "at most 48 characters"
	Members  []Member
	Example  string // of a parameter, "" when it is better left out
}

// members lists what an object holds, to the given depth.
func (d *document) members(s resolved, depth int) ([]Member, error) {
	if depth > maxDepth {
		return nil, nil
	}
	var list []Member
	for _, named := range s.Members {
		made, err := d.member(named.Name, named.Value, depth)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", named.Name, err)
		}
		made.Required = slices.Contains(s.Required, named.Name)
		list = append(list, made)
	}
	return list, nil
}

func (d *document) member(name string, s *schema, depth int) (Member, error) {
	found, err := d.resolve(s)
	if err != nil {
		return Member{}, err
	}
	made := Member{Name: name, Text: found.Description, Rules: found.rules()}
	if made.Type, err = d.typeOf(found); err != nil {
		return Member{}, err
	}
	if len(found.OneOf) > 0 {
		made.Members, err = d.alternatives(found.OneOf, depth+1)
		return made, err
	}
	// What an array or a map holds is shown below it, as its own members would be.
	holder := found
	for depth := 0; depth < maxDepth && len(holder.Members) == 0; depth++ {
		inside := holder.Items
		if inside == nil {
			inside = holder.Others.schema
		}
		if inside == nil {
			break
		}
		if holder, err = d.resolve(inside); err != nil {
			return Member{}, err
		}
	}
	made.Members, err = d.members(holder, depth+1)
	return made, err
}

// alternatives lists what a value may be instead, by the components' names.
func (d *document) alternatives(schemas []*schema, depth int) ([]Member, error) {
	var list []Member
	for _, one := range schemas {
		found, err := d.resolve(one)
		if err != nil {
			return nil, err
		}
		if found.Name == "" && len(found.Members) == 0 {
			continue // the type has said it
		}
		made := Member{Name: found.Name, Type: found.Type, Text: found.Description}
		if made.Members, err = d.members(found, depth); err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	return list, nil
}

// typeOf words a type: the component's name says more than "string".
func (d *document) typeOf(s resolved) (string, error) {
	switch {
	case len(s.OneOf) > 0:
		var names []string
		for _, one := range s.OneOf {
			found, err := d.resolve(one)
			if err != nil {
				return "", err
			}
			name, err := d.typeOf(found)
			if err != nil {
				return "", err
			}
			names = append(names, name)
		}
		return strings.Join(names, " or "), nil
	case s.Type == "array":
		item, err := d.resolve(s.Items)
		if err != nil {
			return "", err
		}
		name, err := d.typeOf(item)
		return "array of " + name, err
	case s.Type == "object" && s.Name == "" && s.Others.schema != nil:
		item, err := d.resolve(s.Others.schema)
		if err != nil {
			return "", err
		}
		name, err := d.typeOf(item)
		return "object of " + name, err
	case s.Name != "":
		return s.Name, nil
	case s.Format != "":
		return s.Type + " (" + s.Format + ")", nil
	case s.Type == "":
		return "any", nil
	}
	return s.Type, nil
}

// rules words what a value must keep. Patterns are left to the file: an
// example tells a person more.
func (s resolved) rules() []string {
	var rules []string
	add := func(when bool, format string, args ...any) {
		if when {
			rules = append(rules, fmt.Sprintf(format, args...))
		}
	}
	var values []string
	for _, one := range s.Enum {
		if one.Value != "" && one.ShortTag() != "!!null" {
			values = append(values, one.Value)
		}
	}
	add(len(values) > 0, "one of %s", strings.Join(values, ", "))
	add(s.Example.Kind == yaml.ScalarNode, "such as %s", s.Example.Value)
	add(s.MinLength > 1, "at least %d characters", s.MinLength)
	add(s.MaxLength > 0, "at most %s characters", grouped(s.MaxLength))
	add(s.Minimum != "", "at least %s", s.Minimum)
	add(s.Maximum != "", "at most %s", s.Maximum)
	add(s.MinItems > 0, "at least %d", s.MinItems)
	add(s.MaxItems > 0, "at most %d", s.MaxItems)
	add(s.MaxMembers > 0, "at most %d members", s.MaxMembers)
	add(s.Default.Kind == yaml.ScalarNode, "default %s", s.Default.Value)
	add(s.Nullable, "may be null")
	return rules
}

// grouped writes 10000 as 10,000.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
