package auth

import (
	"log/slog"

	"tillway/internal/id"
	"tillway/internal/pay"
)

// Credential is a credential that was checked.
type Credential struct {
	Class    Class
	Actor    pay.Actor
	Key      KeyID      // which key signed; KeyClass only
	Token    TokenID    // which token was shown; SessionClass only
	StoreKey StoreKeyID // which key was shown; StoreKeyClass only
	Signing  id.Secret  // what its requests are signed with, "" where the dialect does not; StoreKeyClass only
}

// Holder names who holds the credential, for limits and for keeping one
// holder's idempotency keys apart from another's. Two keys of a merchant have
// the same holder, and so have two keys of a store; all visitors of a store have the same, so whoever needs to
// tell them apart adds what it knows of them.
func (c Credential) Holder() string {
	switch c.Class {
	case KeyClass:
		return "merchant/" + string(c.Actor.Merchant)
	case SessionClass:
		return "session/" + string(c.Token)
	case StoreKeyClass:
		return "store/" + string(c.Actor.Store)
	case VisitorClass:
		return "visitor/" + string(c.Actor.Store)
	}
	return "nobody"
}

// LogValue is what the request log tells of a credential.
func (c Credential) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("class", string(c.Class)), slog.String("env", string(c.Actor.Env))}
	switch c.Class {
	case KeyClass:
		attrs = append(attrs, slog.String("merchant", string(c.Actor.Merchant)), slog.String("key", string(c.Key)))
	case StoreKeyClass:
		attrs = append(attrs, slog.String("store", string(c.Actor.Store)), slog.String("key", string(c.StoreKey)))
	case SessionClass, VisitorClass:
		attrs = append(attrs, slog.String("store", string(c.Actor.Store)))
	}
	return slog.GroupValue(attrs...)
}
