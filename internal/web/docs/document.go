package docs

import (
	"fmt"
	"strings"

	"github.com/oasdiff/yaml3"
)

// document is an OpenAPI 3.0 file, as far as a reference shows it. It is read
// with a plain YAML decoder and not with an OpenAPI library, because that one
// forgets the order in which the file's author put paths and members, adds
// 2 MB to the binary, and takes ten times as long at every start. A test reads
// the same files with such a library and compares.
type document struct {
	Info struct {
		Title       string `yaml:"title"`
		Version     string `yaml:"version"`
		Description string `yaml:"description"`
	} `yaml:"info"`
	Paths      ordered[pathItem] `yaml:"paths"`
	Components struct {
		Parameters map[string]parameter `yaml:"parameters"`
		Responses  map[string]response  `yaml:"responses"`
		Schemas    map[string]*schema   `yaml:"schemas"`
	} `yaml:"components"`
}

// pathItem is what one path answers, by method in lower case.
type pathItem map[string]operation

type operation struct {
	Tags        []string              `yaml:"tags"`
	ID          string                `yaml:"operationId"`
	Summary     string                `yaml:"summary"`
	Description string                `yaml:"description"`
	Security    []map[string][]string `yaml:"security"`
	Parameters  []parameter           `yaml:"parameters"`
	Body        struct {
		Content map[string]content `yaml:"content"`
	} `yaml:"requestBody"`
	Responses ordered[response] `yaml:"responses"`
}

type parameter struct {
	Ref         string    `yaml:"$ref"`
	Name        string    `yaml:"name"`
	In          string    `yaml:"in"`
	Required    bool      `yaml:"required"`
	Description string    `yaml:"description"`
	Schema      *schema   `yaml:"schema"`
	Example     yaml.Node `yaml:"example"`
}

type response struct {
	Ref         string           `yaml:"$ref"`
	Description string           `yaml:"description"`
	Content     ordered[content] `yaml:"content"`
}

type content struct {
	Schema  *schema   `yaml:"schema"`
	Example yaml.Node `yaml:"example"`
}

// schema is a JSON schema with its members in the file's order.
type schema struct {
	Ref         string           `yaml:"$ref"`
	Type        string           `yaml:"type"`
	Format      string           `yaml:"format"`
	Description string           `yaml:"description"`
	Nullable    bool             `yaml:"nullable"`
	Enum        []yaml.Node      `yaml:"enum"`
	Default     yaml.Node        `yaml:"default"`
	Example     yaml.Node        `yaml:"example"`
	Pattern     string           `yaml:"pattern"`
	Minimum     string           `yaml:"minimum"`
	Maximum     string           `yaml:"maximum"`
	MinLength   int              `yaml:"minLength"`
	MaxLength   int              `yaml:"maxLength"`
	MinItems    int              `yaml:"minItems"`
	MaxItems    int              `yaml:"maxItems"`
	MaxMembers  int              `yaml:"maxProperties"`
	Items       *schema          `yaml:"items"`
	AllOf       []*schema        `yaml:"allOf"`
	OneOf       []*schema        `yaml:"oneOf"`
	Required    []string         `yaml:"required"`
	Members     ordered[*schema] `yaml:"properties"`
	Others      openMembers      `yaml:"additionalProperties"`
}

// openMembers is additionalProperties, which is a schema or a truth.
type openMembers struct{ schema *schema }

// UnmarshalYAML keeps the schema; a truth says nothing that is shown.
func (o *openMembers) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	return node.Decode(&o.schema)
}

// ordered is a YAML mapping in the order of the file.
type ordered[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalYAML reads the mapping.
func (o *ordered[T]) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: not a mapping", node.Line)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		var value T
		if err := node.Content[i+1].Decode(&value); err != nil {
			return err
		}
		*o = append(*o, entry[T]{node.Content[i].Value, value})
	}
	return nil
}

// readDocument decodes a file. References are followed when they are met.
func readDocument(file []byte) (*document, error) {
	var d document
	if err := yaml.Unmarshal(file, &d); err != nil {
		return nil, err
	}
	if d.Info.Title == "" || len(d.Paths) == 0 {
		return nil, fmt.Errorf("not an OpenAPI file with paths")
	}
	return &d, nil
}

// component finds what a reference such as "#/components/schemas/Price" names.
func component[T any](from map[string]T, ref string) (name string, found T, err error) {
	name = ref[strings.LastIndexByte(ref, '/')+1:]
	found, ok := from[name]
	if !ok {
		return name, found, fmt.Errorf("%s names nothing in the file", ref)
	}
	return name, found, nil
}
