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
	Groups      []Group
}

// Group is the routes of one tag.
type Group struct {
	Title  string
	Routes []*Route
}

// Route is one method of one path.
type Route struct {
	Operation   string // unique in its dialect
	Method      string
	Path        string // "/v1/actions/store/create-store"
	Page        string // "/docs/pancake/store/create-store"
	Title       string
	Text        string
	Credentials []Credential // those that are accepted, the usual one first
	Headers     []Member     // beside those of the credential
	Request     []Member
	RequestBody string // the example, as JSON
	Answer      []Member
	AnswerBody  string // an example, as JSON
	Failures    []Failure
	Samples     []Sample
}

// Failure is a status other than 200 that a route may answer.
type Failure struct {
	Code    int
	Name    string
	Meaning string
}

// meanings say of each status what to do about it (spec/pancake.md §4).
var meanings = map[int]string{
	http.StatusBadRequest:            "The request is malformed, or not possible in the present state. The message names the field.",
	http.StatusUnauthorized:          "The credential is missing, wrong or too old. In the test environment aiHint says which check failed and what was to be signed.",
	http.StatusForbidden:             "The credential is good, but not for this.",
	http.StatusNotFound:              "What the request names does not exist, or is not yours.",
	http.StatusConflict:              "The same idempotency key is being worked on, or the thing exists already.",
	http.StatusRequestEntityTooLarge: "The body is larger than 1 MiB.",
	http.StatusTooManyRequests:       "Too many requests. Wait for as many seconds as Retry-After says.",
	http.StatusInternalServerError:   "The server's own mistake. Try again with the same idempotency key.",
	http.StatusNotImplemented:        "Not built yet.",
	http.StatusBadGateway:            "Something that the server depends on does not answer. Try again later.",
}

// newReference reads a dialect's file. baseURL stands in the samples.
func newReference(dialect Dialect, baseURL string) (*Reference, error) {
	d, err := readDocument(dialect.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("docs: %s: %w", dialect.Name, err)
	}
	made := &Reference{Name: dialect.Name, Title: d.Info.Title, Description: d.Info.Description}
	for _, path := range d.Paths {
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			operation, ok := path.Value[method]
			if !ok {
				continue
			}
			route, err := d.route(dialect.Name, strings.ToUpper(method), path.Name, operation)
			if err != nil {
				return nil, fmt.Errorf("docs: %s: %s %s: %w", dialect.Name, method, path.Name, err)
			}
			if route.Samples, err = samplesOf(route, baseURL, operation.example()); err != nil {
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

func (d *document) route(dialect, method, path string, o operation) (_ *Route, err error) {
	made := &Route{
		Operation: o.ID, Method: method, Path: path, Page: pageOf(dialect, path), Title: o.Summary, Text: o.Description,
	}
	if o.ID == "" || o.Summary == "" {
		return nil, fmt.Errorf("operationId and summary are needed")
	}
	if made.Credentials, err = credentialsOf(o.Security); err != nil {
		return nil, err
	}
	if made.Headers, err = d.headers(o.Parameters); err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	if made.Request, err = d.shown(o.Body.Content[jsonType].Schema); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if example := o.example(); example != nil {
		made.RequestBody = asJSON.write(example)
	}
	for _, status := range o.Responses {
		code, err := strconv.Atoi(status.Name)
		if err != nil {
			return nil, fmt.Errorf("a response of status %q", status.Name)
		}
		if code != http.StatusOK {
			made.Failures = append(made.Failures, Failure{code, http.StatusText(code), meanings[code]})
			continue
		}
		if err := d.answer(made, status.Value, o.example()); err != nil {
			return nil, fmt.Errorf("answer: %w", err)
		}
	}
	return made, nil
}

const jsonType = "application/json"

// answer describes the success.
func (d *document) answer(route *Route, success response, request *yaml.Node) error {
	if success.Ref != "" {
		var err error
		if _, success, err = component(d.Components.Responses, success.Ref); err != nil {
			return err
		}
	}
	body := success.Content[jsonType]
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
		if example, err = d.exampleAnswer(body.Schema, request); err != nil {
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

// headers lists the parameters that are headers; the dialects have no others.
func (d *document) headers(parameters []parameter) ([]Member, error) {
	var list []Member
	for _, p := range parameters {
		if p.Ref != "" {
			var err error
			if _, p, err = component(d.Components.Parameters, p.Ref); err != nil {
				return nil, err
			}
		}
		made, err := d.member(p.Name, p.Schema, 0)
		if err != nil {
			return nil, err
		}
		made.Required = p.Required
		if p.Description != "" {
			made.Text = p.Description
		}
		list = append(list, made)
	}
	return list, nil
}

// example is the request's, or nil.
func (o operation) example() *yaml.Node {
	body, ok := o.Body.Content[jsonType]
	if !ok || body.Example.Kind == 0 {
		return nil
	}
	return &body.Example
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

// pageOf is where a route is described. Versions and the word every path has
// are left out.
func pageOf(dialect, path string) string {
	path = strings.TrimPrefix(path, "/v1")
	path = strings.TrimPrefix(path, "/actions")
	return "/docs/" + dialect + path
}
