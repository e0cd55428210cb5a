package checkout

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"tillway/internal/fault"
)

// maxBody is more than every form of the checkout needs.
const maxBody = 16 << 10

// wantsJSON reports whether the client reads JSON and not pages.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// readForm reads the posted fields from a form or from one flat JSON object.
// Errors: Invalid "body_too_large", "bad_body".
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		return readObject(r)
	}
	// Only what was posted counts: a link must not be able to fill a form.
	if err := r.ParseForm(); err != nil {
		return nil, unreadable(err)
	}
	return r.PostForm, nil
}

func readObject(r *http.Request) (url.Values, error) {
	object := map[string]any{}
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return nil, unreadable(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, unreadable(errors.New("something follows the object"))
	}
	values := url.Values{}
	for name, value := range object {
		switch value := value.(type) {
		case string:
			values.Set(name, value)
		case json.Number, bool:
			values.Set(name, fmt.Sprint(value))
		case nil:
		default:
			return nil, fault.Invalidf(name, "bad_body", "%s must be a string, a number or a boolean", name)
		}
	}
	return values, nil
}

func unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fault.New(fault.Invalid, "body_too_large", "The request is too large").WithCause(err)
	}
	return fault.New(fault.Invalid, "bad_body", "The request could not be read").WithCause(err)
}

// isYes reads a checkbox or a JSON boolean.
func isYes(value string) bool {
	switch strings.ToLower(value) {
	case "true", "on", "yes", "1":
		return true
	}
	return false
}
