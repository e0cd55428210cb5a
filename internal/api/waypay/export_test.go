package waypay

import (
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

// What tests of the wire need of the signature.
var (
	BaseStrings = baseStrings
	Digest      = digest
	// StatusNumbers are the states with their numbers on the wire.
	StatusNumbers = statusNumbers
)

// CheckSignature verifies a body in the test environment.
func CheckSignature(body []byte, given string, secret id.Secret, mode intent.SignatureMode) error {
	return checkSignature(body, given, signer{secret: secret, mode: mode, env: pay.Test})
}
