package auth

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// storeKeyFormat is how a dialect spells its keys, and what comes with them.
type storeKeyFormat struct {
	// prefix is by environment; without any, one key serves both.
	prefix    map[pay.Env]string
	signs     bool // requests are signed with a secret beside the key
	temporary bool // a key may be had for a token
}

// storeKeyFormats are the dialects that have keys of one store
// (spec/wayl.md §1, spec/waypay.md §2, spec/diddo.md §1).
var storeKeyFormats = map[string]storeKeyFormat{
	"wayl":   {},
	"waypay": {prefix: map[pay.Env]string{pay.Test: "pk_test_", pay.Prod: "pk_live_"}, signs: true},
	"diddo":  {prefix: map[pay.Env]string{pay.Test: "dk_test_", pay.Prod: "dk_live_"}, temporary: true},
}

// The sizes of what is drawn: characters behind a prefix, and bytes of a token
// without one, which give 44 characters and no padding.
const (
	storeKeySize    = 32
	bareKeyBytes    = 33
	signingPrefix   = "mer_sk_"
	signingSize     = 13
	storeTokenSize  = 43
	maxStoreKeyText = 256
)

// StoreKeyDialects lists the dialects that have keys of one store.
func StoreKeyDialects() []string { return slices.Sorted(maps.Keys(storeKeyFormats)) }

// storeKeyFormatOf finds a dialect's format. Errors: Invalid "dialect".
func storeKeyFormatOf(dialect string) (storeKeyFormat, error) {
	format, known := storeKeyFormats[dialect]
	if !known {
		return storeKeyFormat{}, fault.Invalidf("dialect", "bad_dialect", "There are no keys of a store for the API %.32q", dialect).
			WithHint("Name one of " + strings.Join(StoreKeyDialects(), ", "))
	}
	return format, nil
}

// check judges the environment of a new key. Errors: Invalid "environment".
func (f storeKeyFormat) check(env pay.Env) error {
	if f.prefix != nil {
		_, err := pay.ParseEnv(string(env))
		return err
	}
	if env != "" {
		return fault.Invalidf("environment", "bad_environment", "A key of this API serves both environments").
			WithHint("Leave the environment out; it is chosen with each request")
	}
	return nil
}

// draw makes the text of a key.
func (f storeKeyFormat) draw(ids *id.Source, env pay.Env) id.Secret {
	if f.prefix == nil {
		return id.Secret(base64.RawStdEncoding.EncodeToString(ids.Bytes(bareKeyBytes)))
	}
	return id.Secret(f.prefix[env] + drawText(ids, base62, storeKeySize))
}

// live reports whether a text is spelled as a key for real money.
func (f storeKeyFormat) live(text id.Secret) bool {
	return f.prefix != nil && strings.HasPrefix(text.Reveal(), f.prefix[pay.Prod])
}

// drawSigning makes a signing secret of 20 characters (spec/waypay.md §2).
func drawSigning(ids *id.Source) id.Secret {
	return id.Secret(signingPrefix + drawText(ids, "abcdefghijklmnopqrstuvwxyz0123456789", signingSize))
}

// drawText draws characters of an alphabet, each as likely as any other: a byte
// beyond the last whole round of the alphabet is thrown away.
func drawText(ids *id.Source, alphabet string, size int) string {
	whole := 256 - 256%len(alphabet)
	text := make([]byte, 0, size)
	for len(text) < size {
		for _, drawn := range ids.Bytes(size) {
			if int(drawn) < whole && len(text) < size {
				text = append(text, alphabet[int(drawn)%len(alphabet)])
			}
		}
	}
	return string(text)
}

// lastFour are the characters by which people tell secrets apart.
func lastFour(text id.Secret) string {
	raw := text.Reveal()
	return raw[len(raw)-4:]
}
