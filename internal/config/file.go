package config

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"tillway/internal/fault"
)

// File reads a configuration file: one JSON object whose members are flags
// without their dashes, such as "public-url" or "public_url". Flags and
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
			WithHint(`For example: {"listen": "127.0.0.1:8080", "public-url": "https://pay.example.com"}`).WithCause(err)
	}
	resolver, err := kong.JSON(bytes.NewReader(text))
	return file{resolver, members}, err
}

type file struct {
	kong.Resolver
	members map[string]json.RawMessage
}

// Validate refuses members that are no flag of any command.
func (f file) Validate(app *kong.Application) error {
	var known []string
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, flag.Name)
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for member := range f.members {
		if !slices.Contains(known, strings.ReplaceAll(member, "_", "-")) {
			return fault.Invalidf("--config", "bad_config", "The configuration file names %q, which is no flag", member).
				WithHint("Run tillway serve --help for what can be set")
		}
	}
	return nil
}
