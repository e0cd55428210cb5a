package docs

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/oasdiff/yaml3"
)

// Dialect is one gateway's API as the server speaks it.
type Dialect struct {
	Name    string // in addresses: "pancake"
	OpenAPI []byte // OpenAPI 3.0 in YAML
}

// Reference is what a dialect's file says, ready to be shown.
type Reference struct {
	Name        string
	Title       string
	Description string
	Page        string // "/docs/wayl"
	Glance      Glance
	Groups      []Group
	Credentials []Credential
	Cards       []TestCard
	guide       guide
}

// Webhooks is where the dialect's webhooks are described.
func (r *Reference) Webhooks() string { return r.Page + "/webhooks" }

// Group is the routes of one tag.
type Group struct {
	Title  string
	Routes []*Route
}

// Route is one method of one path.
type Route struct {
	Operation   string // unique in its dialect
	Method      string
	Path        string // "/api/v1/links/{referenceId}"
	Page        string // "/docs/wayl/get-link"
	Index       string // of the dialect: "/docs/wayl"
	Title       string
	Text        string
	Credentials []Credential // those that are accepted, the usual one first
	Signing     Signing      // of the request with an example of the usual one
	Headers     []Member     // beside those of the credential
	InPath      []Member
	InQuery     []Member
	Sends       bool // a JSON body
	Request     []Member
	RequestBody string // the example, as JSON; without what is computed
	Status      Status // of success, zero where there is none
	Answer      []Member
	AnswerBody  string   // an example, as JSON
	AnswerTypes []string // media types of an answer that is no JSON
	Failures    []Failure
	Samples     []Sample

	address  string     // path and query with examples in the place of parameters
	example  *yaml.Node // of the request, or nil
	envelope bool       // the answer has data or errors
}

// Status is an HTTP status in number and words.
type Status struct {
	Code int
	Name string
}

// Failure is a status other than success that a route may answer.
type Failure struct {
	Code    int
	Name    string
	Meaning string
}

// newReference reads a dialect's file. baseURL stands in the samples.
func newReference(dialect Dialect, baseURL string) (*Reference, error) {
	d, err := readDocument(dialect.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("docs: %s: %w", dialect.Name, err)
	}
	described, ok := guides()[dialect.Name]
	if !ok {
		return nil, fmt.Errorf("docs: %s: nothing is known of it beside its file", dialect.Name)
	}
	made := &Reference{
		Name: dialect.Name, Title: d.Info.Title, Description: d.Info.Description, Page: home + "/" + dialect.Name,
		Glance: described.glance, Credentials: described.credentials, guide: described,
	}
	for _, path := range d.Paths {
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			operation, ok := path.Value[method]
			if !ok {
				continue
			}
			route, err := d.route(made, strings.ToUpper(method), path.Name, operation)
			if err != nil {
				return nil, fmt.Errorf("docs: %s: %s %s: %w", dialect.Name, method, path.Name, err)
			}
			if route.Samples, err = samplesOf(route, baseURL); err != nil {
				return nil, err
			}
			made.add(operation.group(), route)
		}
	}
	return made, nil
}

// add puts a route into the group of that title, in the order of the file.
func (r *Reference) add(title string, route *Route) {
	at := slices.IndexFunc(r.Groups, func(g Group) bool { return g.Title == title })
	if at < 0 {
		at = len(r.Groups)
		r.Groups = append(r.Groups, Group{Title: title})
	}
	r.Groups[at].Routes = append(r.Groups[at].Routes, route)
}

// Routes lists every route.
func (r *Reference) Routes() (all []*Route) {
	for _, group := range r.Groups {
		all = append(all, group.Routes...)
	}
	return all
}

func (d *document) route(of *Reference, method, path string, o operation) (_ *Route, err error) {
	made := &Route{
		Operation: o.ID, Method: method, Path: path, Page: of.guide.pageOf(of.Name, path, o.ID), Index: of.Page,
		Title: o.Summary, Text: o.Description, envelope: of.guide.envelope,
	}
	if o.ID == "" || o.Summary == "" {
		return nil, fmt.Errorf("operationId and summary are needed")
	}
	if made.Credentials, err = of.guide.credentialsOf(o.Security); err != nil {
		return nil, err
	}
	if err := d.parameters(made, o.Parameters); err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	if err := d.request(made, o); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	for i := range made.Credentials {
		made.Credentials[i] = made.Credentials[i].signing(made.Request)
	}
	made.Signing = made.Credentials[0].Signing
	if made.Signing == MD5Signed {
		made.example = without(made.example, signatureMember)
	}
	if made.example != nil {
		made.RequestBody = asJSON.write(made.example)
	}
	for _, status := range o.Responses {
		code, err := strconv.Atoi(status.Name)
		if err != nil {
			return nil, fmt.Errorf("a response of status %q", status.Name)
		}
		if code >= http.StatusMultipleChoices || made.Status.Code > 0 {
			made.Failures = append(made.Failures, Failure{code, http.StatusText(code), of.guide.meaning(code)})
			continue
		}
		made.Status = Status{code, http.StatusText(code)}
		if err := d.answer(made, status.Value); err != nil {
			return nil, fmt.Errorf("answer: %w", err)
		}
	}
	return made, nil
}

const jsonType = "application/json"

// request describes the body.
func (d *document) request(route *Route, o operation) (err error) {
	body, ok := o.Body.Content[jsonType]
	if !ok {
		return nil
	}
	route.Sends = true
	if body.Example.Kind != 0 {
		route.example = &body.Example
	}
	route.Request, err = d.shown(body.Schema)
	return err
}

// answer describes the success.
func (d *document) answer(route *Route, success response) error {
	if success.Ref != "" {
		var err error
		if _, success, err = component(d.Components.Responses, success.Ref); err != nil {
			return err
		}
	}
	for _, body := range success.Content {
		if body.Name == jsonType {
			return d.answerJSON(route, body.Value)
		}
		route.AnswerTypes = append(route.AnswerTypes, body.Name)
	}
	return nil
}

func (d *document) answerJSON(route *Route, body content) error {
	if body.Schema == nil {
		return nil
	}
	members, err := d.shown(body.Schema)
	if err != nil {
		return err
	}
	route.Answer = members
	example := &body.Example
	if example.Kind == 0 {
		if example, err = d.exampleAnswer(body.Schema, route.example); err != nil {
			return err
		}
	}
	route.AnswerBody = asJSON.write(example)
	return nil
}

// shown is the members of a body.
func (d *document) shown(s *schema) ([]Member, error) {
	found, err := d.resolve(s)
	if err != nil {
		return nil, err
	}
	return d.members(found, 0)
}

// group is the title of the operation's first tag: "onetime-product" reads
// "One-time product".
func (o operation) group() string {
	if len(o.Tags) == 0 {
		return "Other"
	}
	words := strings.ReplaceAll(o.Tags[0], "-", " ")
	words = strings.ReplaceAll(words, "onetime", "one-time")
	words = strings.ReplaceAll(words, "api key", "API key")
	return strings.ToUpper(words[:1]) + words[1:]
}
