package docs

import "fmt"

// Credential is a way to say who calls.
type Credential string

// The credentials of Pancake's routes (spec/pancake.md §3).
const (
	APIKey       Credential = "key"
	SessionToken Credential = "token"
	StoreSlug    Credential = "visitor"
)

// schemes maps a security scheme of the file to the credential it belongs to.
var schemes = map[string]Credential{
	"merchantId": APIKey, "timestamp": APIKey, "signature": APIKey,
	"sessionToken": SessionToken,
	"storeSlug":    StoreSlug,
}

// credentialsOf reads the alternatives of an operation's security.
func credentialsOf(security []map[string][]string) ([]Credential, error) {
	var list []Credential
	for _, alternative := range security {
		var found Credential
		for scheme := range alternative {
			credential, ok := schemes[scheme]
			if !ok || found != "" && found != credential {
				return nil, fmt.Errorf("the security scheme %s is not known here", scheme)
			}
			found = credential
		}
		list = append(list, found)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the operation names no credential")
	}
	return list, nil
}

// Title is the credential in words.
func (c Credential) Title() string {
	switch c {
	case APIKey:
		return "API key"
	case SessionToken:
		return "Session token"
	case StoreSlug:
		return "Visitor"
	}
	return string(c)
}

// Text says who has it.
func (c Credential) Text() string {
	switch c {
	case APIKey:
		return "your server signs the request with its private key"
	case SessionToken:
		return "a known buyer, with a token that your server issued"
	case StoreSlug:
		return "anybody's browser, with the store's slug"
	}
	return ""
}
