package app

import (
	"slices"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// signers are the schemes by which webhooks can be signed. Errors: Invalid,
// naming the flag.
func signers(as config.Signing) ([]webhook.Signer, error) {
	diddo, err := webhook.NewDiddoSigner(webhook.DiddoConfig{
		Header: as.DiddoSignatureHeader, Mode: webhook.DiddoMode(as.DiddoSignatureMode),
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

// signsTogether reports of which schemes a webhook bears the signatures of two
// secrets while a rotation overlaps.
func signsTogether(signers []webhook.Signer) func(webhook.Scheme) bool {
	return func(scheme webhook.Scheme) bool {
		return slices.ContainsFunc(signers, func(s webhook.Signer) bool { return s.Scheme() == scheme && s.SignsTogether() })
	}
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
