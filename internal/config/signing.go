package config

// Signing says how webhooks are signed where the original does not publish it
// (spec/diddo.md §3).
type Signing struct {
	DiddoSignatureHeader string `name:"diddo-signature-header" placeholder:"NAME" help:"Header that carries the signature of webhooks by the diddo scheme. Default X-Diddo-Signature."`
	DiddoSignatureMode   string `name:"diddo-signature-mode" placeholder:"MODE" help:"What that signature covers: stamped (time and body) or raw (the body alone). Default stamped."`
}
