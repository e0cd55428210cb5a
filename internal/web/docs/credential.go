package docs

import (
	"fmt"

	"tillway/internal/web/ui"
)

// Credential is a way to say who calls.
type Credential struct {
	Key     string // in anchors and in the form: "token"
	Title   string
	Text    string // who has it
	Headers []CredentialHeader
	Signing Signing    // what the caller computes beside the headers
	Fields  []ui.Field // what the form asks for it
	Secret  SecretField
	schemes []string // those of the file that belong to it
}

// CredentialHeader is a header that bears the credential.
type CredentialHeader struct {
	Name     string
	Prefix   string // before the value: "Bearer "
	Variable string // of the environment, where programs find the value; "" when Value says it
	Value    string
	Field    string // of the form, "" when Value says it
}

// SecretField is where the form takes what signs and is not sent; zero for a
// credential that signs nothing.
type SecretField struct {
	ID, Label, Hint, Placeholder string
}

// Signing is how a request is signed.
type Signing string

// The ways to sign.
const (
	Unsigned  Signing = ""
	RSASigned Signing = "rsa" // Pancake: RSA over method, path, time and the body's hash
	MD5Signed Signing = "md5" // Waypay: MD5 over the body's members, as one more of them
)

// credentialsOf reads the alternatives of an operation's security.
func (g guide) credentialsOf(security []map[string][]string) ([]Credential, error) {
	var list []Credential
	for _, alternative := range security {
		var found *Credential
		for scheme := range alternative {
			credential := g.credential(scheme)
			if credential == nil || found != nil && found.Key != credential.Key {
				return nil, fmt.Errorf("the security scheme %s is not known here", scheme)
			}
			found = credential
		}
		if found != nil {
			list = append(list, *found)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the operation names no credential")
	}
	return list, nil
}

// credential is the one that a scheme of the file belongs to, or nil.
func (g guide) credential(scheme string) *Credential {
	for i := range g.credentials {
		for _, name := range g.credentials[i].schemes {
			if name == scheme {
				return &g.credentials[i]
			}
		}
	}
	return nil
}
