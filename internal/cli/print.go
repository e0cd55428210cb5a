package cli

import (
	"encoding/json"
	"io"
)

// printJSON writes one object for a program, without escaping what a URL may
// contain.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
