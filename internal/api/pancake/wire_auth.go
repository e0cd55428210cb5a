package pancake

// issueSessionTokenWire is the request of auth/issue-session-token (spec/pancake.md §5.1).
type issueSessionTokenWire struct {
	BuyerIdentity string `json:"buyerIdentity"`
	StoreID       string `json:"storeId"`
	ProductID     string `json:"productId"`
}

// sessionTokenWire is its response. It is the one place where a token is shown.
type sessionTokenWire struct {
	Token     string `json:"token"`
	ExpiresAt string `json:"expiresAt"`
}
