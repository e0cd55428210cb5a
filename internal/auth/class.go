package auth

// Class is the closed set of kinds of credential. A request presents exactly
// one (spec/pancake.md §3).
type Class string

// The classes of credential.
const (
	KeyClass     Class = "api_key" // a merchant's server, by signature
	SessionClass Class = "session" // a buyer, by session token
	VisitorClass Class = "visitor" // anyone on a store's public page, by slug
	// StoreKeyClass is a store's server, by an opaque key of one dialect.
	StoreKeyClass Class = "store_key"
)
