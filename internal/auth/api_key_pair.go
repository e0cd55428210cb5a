package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"tillway/internal/id"
)

// KeyPair is a new RSA-2048 key pair. The private half goes to the merchant
// once and is kept nowhere.
type KeyPair struct {
	Private id.Secret // PKCS #8 in PEM
	Public  string    // SPKI in PEM, what CreateAPIKey takes
}

// NewKeyPair generates a pair from the system's randomness. It takes about a
// tenth of a second, so it is never called inside a transaction.
func NewKeyPair() (KeyPair, error) {
	private, err := rsa.GenerateKey(rand.Reader, leastBits)
	if err != nil {
		return KeyPair{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return KeyPair{}, err
	}
	spki, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return KeyPair{}, err
	}
	return KeyPair{
		Private: id.Secret(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
		Public:  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})),
	}, nil
}
