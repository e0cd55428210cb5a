package config

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"tillway/internal/fault"
)

// File reads a configuration file: one JSON object whose members are flags
// with underscores, such as "public_url". Flags and
// variables win over it. A member that is no flag is refused, because a
// misspelt one would otherwise be ignored in silence.
func File(r io.Reader) (kong.Resolver, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fault.Invalidf("--config", "bad_config", "The configuration file is not one JSON object").
			WithHint(`For example: {"listen": "127.0.0.1:8080", "public_url": "https://pay.example.com"}`).WithCause(err)
	}
	resolver, err := kong.JSON(bytes.NewReader(text))
	return file{resolver, members}, err
}

type file struct {
	kong.Resolver
	members map[string]json.RawMessage
}

// Resolve leaves a flag alone that a variable sets: the parser would let the
// file win.
func (f file) Resolve(context *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return f.Resolver.Resolve(context, parent, flag)
}

// Validate refuses members that are no flag of any command.
func (f file) Validate(app *kong.Application) error {
	var known []string
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, strings.ReplaceAll(flag.Name, "-", "_"))
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for member := range f.members {
		if !slices.Contains(known, member) {
			return fault.Invalidf("--config", "bad_config", "The configuration file names %q, which is no flag", member).
				WithHint("Run tillway serve --help for what can be set")
		}
	}
	return nil
}
