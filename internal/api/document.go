package api

import (
	"bytes"
	"encoding/json"

	"tillway/internal/pay"
)

// Document renders a response as compact JSON. HTML characters stay as they
// are: a URL with & in it is to be read by people too.
func Document(status int, content any) (pay.Answer, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return pay.Answer{}, err
	}
	return pay.Answer{Status: status, Body: bytes.TrimSuffix(body.Bytes(), []byte("\n"))}, nil
}
