package app

import (
	"tillway/internal/fault"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// signers are the schemes by which webhooks can be signed. Errors: Invalid,
// naming the flag.
func (c Config) signers() ([]webhook.Signer, error) {
	diddo, err := webhook.NewDiddoSigner(webhook.DiddoConfig{
		Header: c.DiddoSignatureHeader, Mode: webhook.DiddoMode(c.DiddoSignatureMode),
	})
	if err != nil {
		return nil, fault.Invalidf("--diddo-signature-header", "bad_diddo_signature", "--diddo-signature-header or --diddo-signature-mode cannot be used").
			WithHint("The header is a name such as X-Diddo-Signature; the mode is stamped or raw").WithCause(err)
	}
	return []webhook.Signer{
		webhook.PancakeSigner{}, webhook.StandardSigner{}, webhook.WaylSigner{}, webhook.WaypaySigner{}, diddo,
	}, nil
}

// signatureHeaders are those that were chosen for this installation.
func (c Config) signatureHeaders() []string {
	if c.DiddoSignatureHeader == "" {
		return nil
	}
	return []string{c.DiddoSignatureHeader}
}

// keysByScheme has the platform's pairs sign by Pancake's scheme, and each
// endpoint's own secret by the others.
func keysByScheme(pairs *store.SigningKeys, secrets *store.EndpointKeys) webhook.KeysByScheme {
	keys := webhook.KeysByScheme{webhook.PancakeScheme: pairs}
	for _, scheme := range webhook.SecretSchemes() {
		keys[scheme] = secrets
	}
	return keys
}
