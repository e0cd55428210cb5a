package pancake

// previewTrialWire is the request of checkout/preview-trial (spec/pancake.md
// §5.9). A buyerIdentity in it matters to subscriptions only.
type previewTrialWire struct {
	CheckoutSessionID string  `json:"checkoutSessionId"`
	BuyerIdentity     *string `json:"buyerIdentity"`
}

// trialWire is the response.
type trialWire struct {
	IsEligible bool   `json:"isEligible"`
	TrialDays  *int64 `json:"trialDays"`
}
