package waypay

import (
	"bytes"
	"cmp"
	"crypto/md5" //nolint:gosec // the protocol's own hash
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

const signatureField = "signature"

// digestSize is how long a signature is, in lower-case hex.
const digestSize = 2 * md5.Size

// signedMember is one member of a body as it takes part in the signature.
type signedMember struct {
	key    string // lower case
	value  string // as text, numbers as they were written
	number bool
	object bool // orderRef as JSON, which only takes part in one of the forms
}

// signedMembers lists the members of a body that are signed, in order
// (spec/waypay.md §3). The body is a JSON object that Decode has taken.
// Errors: Invalid "repeated_field" for names that differ only in case,
// "bad_format" for a number that cannot be written out.
func signedMembers(body []byte) ([]signedMember, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, fault.New(fault.Invalid, "malformed_json", "Malformed JSON").WithCause(err)
	}
	seen := map[string]string{} // by the lower-case name
	members := make([]signedMember, 0, len(raw))
	for name, value := range raw {
		key := strings.ToLower(name)
		if other, twice := seen[key]; twice {
			field := spelled(min(name, other))
			return nil, fault.Invalidf(field, "repeated_field", "Repeated field: %s, in another case", field)
		}
		seen[key] = name
		if key == signatureField {
			continue
		}
		member, signed, err := signedMemberOf(name, value)
		if err != nil {
			return nil, err
		}
		if signed {
			members = append(members, member)
		}
	}
	slices.SortFunc(members, func(a, b signedMember) int { return strings.Compare(a.key, b.key) })
	return members, nil
}

// readMembers are the names of the members that are read, as the source spells them
// (spec/waypay.md §4).
var readMembers = []string{
	"amount", "currency", "description", "orderRef", "customerRef", "callbackUrl", "successUrl", "cancelUrl", "intentType", "paymentMethod",
	"metadataJson", "trxnRef", "reason", signatureField,
}

// spelled is a member's name as the source spells it; one that is not read is told
// as it was sent.
func spelled(name string) string {
	for _, known := range readMembers {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return name
}

// signedMemberOf reads one member; signed is false for what takes no part: null,
// empty texts, arrays, and objects but orderRef.
func signedMemberOf(name string, value json.RawMessage) (m signedMember, signed bool, err error) {
	m.key = strings.ToLower(name)
	switch value[0] {
	case '"':
		if err := json.Unmarshal(value, &m.value); err != nil {
			return m, false, fault.New(fault.Invalid, "malformed_json", "Malformed JSON").WithCause(err)
		}
		return m, m.value != "", nil
	case 'n', '[':
		return m, false, nil
	case '{':
		// Compacted and not written anew, which would escape it differently.
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return m, false, fault.New(fault.Invalid, "malformed_json", "Malformed JSON").WithCause(err)
		}
		m.value, m.object = compact.String(), true
		return m, m.key == "orderref", nil
	case 't', 'f':
		m.value = string(value)
		return m, true, nil
	}
	text, ok := plain(string(value))
	if !ok {
		return m, false, badFormat(spelled(name), "%s is out of range", spelled(name))
	}
	m.value, m.number = text, true
	return m, true, nil
}

// baseStrings are the texts that a body may have been signed as, without the
// secret: with and without orderRef, and with numbers as they were written or in
// their shortest form (spec/waypay.md §3 a, b). They are four at most.
func baseStrings(body []byte, mode intent.SignatureMode) ([]string, error) {
	members, err := signedMembers(body)
	if err != nil {
		return nil, err
	}
	forms := []bool{true, false} // with the object, without it
	switch mode {
	case intent.ExampleSignature:
		forms = forms[:1]
	case intent.RuleSignature:
		forms = forms[1:]
	case intent.EitherSignature:
	}
	var texts []string
	for _, objects := range forms {
		for _, short := range []bool{false, true} {
			text := baseString(members, objects, short)
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return texts, nil
}

func baseString(members []signedMember, objects, short bool) string {
	var text strings.Builder
	for _, m := range members {
		if m.object && !objects {
			continue
		}
		if text.Len() > 0 {
			text.WriteByte('&')
		}
		value := m.value
		if m.number && short {
			value = shortest(value)
		}
		text.WriteString(m.key + "=" + value)
	}
	return text.String()
}

// digest is the signature of a base string.
func digest(base string, secret id.Secret) string {
	sum := md5.Sum([]byte(base + secret.Reveal())) //nolint:gosec // the protocol's own hash
	return hex.EncodeToString(sum[:])
}

// checkSignatureForm refuses what can be no signature. Errors: Invalid
// "missing_field" and "bad_format", naming "signature".
func checkSignatureForm(given string) error {
	if given == "" {
		return pay.MissingField(signatureField)
	}
	legal := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' }
	if len(given) != digestSize || strings.ContainsFunc(given, func(r rune) bool { return !legal(r) }) {
		return badFormat(signatureField, "signature must be %d lower-case hexadecimal digits", digestSize)
	}
	return nil
}

// errBadSignature is the answer to a signature of another body or secret.
var errBadSignature = fault.New(fault.Unauthenticated, "invalid_signature", "The request signature does not match").WithField(signatureField)

// maxHint is how much of a caller's own body a hint repeats, in bytes.
const maxHint = 2048

// checkSignature verifies the signature of a body, all candidates in constant
// time. In the test environment a refusal shows what was signed, without the
// secret (DESIGN §3 rule 17).
// Errors: errBadSignature; those of checkSignatureForm and of signedMembers.
func checkSignature(body []byte, given string, signer signer) error {
	if err := checkSignatureForm(given); err != nil {
		return err
	}
	texts, err := baseStrings(body, signer.mode)
	if err != nil {
		return err
	}
	matches := 0
	for _, text := range texts {
		matches |= subtle.ConstantTimeCompare([]byte(digest(text, signer.secret)), []byte(given))
	}
	// Without a secret everybody could sign.
	if matches == 1 && !signer.secret.IsZero() {
		return nil
	}
	if signer.env != pay.Test {
		return errBadSignature
	}
	shown := fault.EchoTo(strings.Join(texts, "\nor\n"), maxHint)
	return errBadSignature.WithHint("The signature is the MD5, in lower-case hex, of this text with the secret key right behind it:\n" +
		cmp.Or(shown, "(nothing: no member is signed)"))
}

// signer is who signs a request.
type signer struct {
	secret id.Secret
	mode   intent.SignatureMode
	env    pay.Env
}
