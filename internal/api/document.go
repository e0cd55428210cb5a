package api

import (
	"bytes"
	"encoding/json"

	"tillway/internal/pay"
)

// Document renders a response as JSON.
func Document(status int, content any) (pay.Answer, error) {
	body, err := Encode(content)
	return pay.Answer{Status: status, Body: body}, err
}

// Encode is compact JSON in which HTML characters stay as they are: a URL with
// & in it is to be read by people too.
func Encode(content any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}
