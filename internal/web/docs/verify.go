package docs

import (
	"fmt"
	"strings"
	"text/template"
)

// verification is how a webhook's HMAC-SHA256 is checked. The zero value is
// Pancake's, which is RSA and has programs of its own.
type verification struct {
	Header string // with the signature in lower-case hex
	Stamp  string // the header with the time that is signed before the body, "" for none
	Listed bool   // the header has t=<time> and one v1=<signature> or several
	Secret string // the variable with the key
}

// Stamped reports whether the time is signed too.
func (v verification) Stamped() bool { return v.Stamp != "" || v.Listed }

// verifyTemplates are the programs for HMAC.
var verifyTemplates = template.Must(template.New("").Delims("<<", ">>").ParseFS(sampleFiles, "hmac/*"))

// samples are the programs that check a webhook's signature.
func (v verification) samples() ([]Sample, error) {
	var samples []Sample
	for _, language := range languages {
		var code strings.Builder
		if v.Header == "" {
			file, err := sampleFiles.ReadFile("verify/" + language.file)
			if err != nil {
				return nil, fmt.Errorf("docs: %w", err)
			}
			code.Write(file)
		} else {
			if err := verifyTemplates.ExecuteTemplate(&code, language.file, v); err != nil {
				return nil, fmt.Errorf("docs: %w", err)
			}
			language.Needs = language.plain
		}
		samples = append(samples, Sample{language, strings.TrimSpace(code.String())})
	}
	return samples, nil
}
