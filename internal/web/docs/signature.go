package docs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/oasdiff/yaml3"
)

// signatureMember is the member of a body that is computed of the others.
const signatureMember = "signature"

// signing is the credential as a request with these members uses it: a body
// that has a signature needs what signs it.
func (c Credential) signing(request []Member) Credential {
	signed := slices.ContainsFunc(request, func(m Member) bool { return m.Name == signatureMember })
	if c.Signing == Unsigned && signed {
		c.Signing = MD5Signed
		c.Secret = SecretField{
			ID: "try-secret", Label: "Secret key", Placeholder: "mer_sk_…",
			Hint: "It signs in this tab and goes nowhere: neither sent nor stored. The signature is added to the body.",
		}
	}
	return c
}

// without is an object without one of its members.
func without(object *yaml.Node, name string) *yaml.Node {
	if object == nil {
		return nil
	}
	made := *object
	made.Content = nil
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value != name {
			made.Content = append(made.Content, object.Content[i], object.Content[i+1])
		}
	}
	return &made
}

// baseString is what Waypay's signature is made of, without the secret: the
// members by name in lower case, joined as in a query; of objects orderRef alone
// (spec/waypay.md §3).
func baseString(object *yaml.Node) (string, error) {
	var members []string
	for i := 0; i+1 < len(object.Content); i += 2 {
		key, value := strings.ToLower(object.Content[i].Value), object.Content[i+1]
		text := value.Value
		switch kind := kindOf(value); {
		case kind == "object" && key == "orderref":
			var compact bytes.Buffer
			if err := json.Compact(&compact, []byte(asJSON.write(value))); err != nil {
				return "", err
			}
			text = compact.String()
		case kind == "object" || kind == "array" || kind == "null":
			text = ""
		}
		if text != "" && key != signatureMember {
			members = append(members, key+"="+text)
		}
	}
	slices.Sort(members)
	return strings.Join(members, "&"), nil
}
