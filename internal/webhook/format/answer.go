package format

import (
	"bytes"
	"encoding/json"
)

// Member finds a member at the top level of a JSON object. The log keeps only
// the beginning of an answer, so what stands before the cut is read though the
// whole is no JSON. It reports false when the member is not there.
func Member(answer []byte, name string) (json.RawMessage, bool) {
	decoder := json.NewDecoder(bytes.NewReader(answer))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, false
		}
		if key == name {
			return value, true
		}
	}
	return nil, false
}

// Text is a JSON text, or "" for anything else.
func Text(raw json.RawMessage) string {
	var text string
	_ = json.Unmarshal(raw, &text) // another type is no text
	return text
}
