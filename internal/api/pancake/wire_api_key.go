package pancake

// createKeyWire is the request of api-key/create-key (spec/pancake.md §5.2).
type createKeyWire struct {
	Nickname    string `json:"nickname"`
	Environment string `json:"environment"`
	PublicKey   string `json:"publicKey"` // PEM
}

// deleteKeyWire is the request of api-key/delete-key.
type deleteKeyWire struct {
	ID string `json:"id"`
}

// keyWire is an API key. The key itself is not shown: its owner has it.
type keyWire struct {
	ID           string  `json:"id"`
	Nickname     string  `json:"nickname"`
	Environment  string  `json:"environment"`
	RecentlyUsed *string `json:"recentlyUsed"` // when; null while never used
	CreatedAt    string  `json:"createdAt"`
}

type keyAnswerWire struct {
	APIKey keyWire `json:"apiKey"`
}
