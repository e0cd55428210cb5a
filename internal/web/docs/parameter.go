package docs

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/oasdiff/yaml3"
)

// parameters describes what a request has in its headers, its path and its
// query, and makes the address that the samples call: with the examples of
// whatever is in the path, and of those members of the query that are required
// or whose default is known.
func (d *document) parameters(route *Route, list []parameter) error {
	route.address = route.Path
	query := url.Values{}
	for _, p := range list {
		if p.Ref != "" {
			var err error
			if _, p, err = component(d.Components.Parameters, p.Ref); err != nil {
				return err
			}
		}
		made, err := d.member(p.Name, p.Schema, 0)
		if err != nil {
			return err
		}
		made.Required = p.Required
		if p.Description != "" {
			made.Text = p.Description
		}
		value, err := d.exampleParameter(p)
		if err != nil {
			return err
		}
		switch p.In {
		case "path":
			made.Example = value
			if value == "" {
				return fmt.Errorf("%s is in the path and has no example", p.Name)
			}
			route.InPath = append(route.InPath, made)
			route.address = strings.ReplaceAll(route.address, "{"+p.Name+"}", url.PathEscape(value))
		case "query":
			made.Example = value
			if value != "" {
				query.Set(p.Name, value)
			}
			route.InQuery = append(route.InQuery, made)
		default:
			route.Headers = append(route.Headers, made)
		}
	}
	if len(query) > 0 {
		route.address += "?" + query.Encode()
	}
	return nil
}

// exampleParameter is a value that the parameter may have, "" for one that is
// better left out.
func (d *document) exampleParameter(p parameter) (string, error) {
	if p.Example.Kind != 0 {
		return p.Example.Value, nil
	}
	found, err := d.resolve(p.Schema)
	if err != nil {
		return "", err
	}
	if found.Default.Kind == yaml.ScalarNode {
		return found.Default.Value, nil
	}
	if found.Example.Kind == yaml.ScalarNode {
		return found.Example.Value, nil
	}
	if !p.Required {
		return "", nil
	}
	made, err := d.example(p.Name, p.Schema, nil, 0)
	if err != nil || made.Value == unknownText {
		return "", err
	}
	return made.Value, nil
}
