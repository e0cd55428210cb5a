// Package seal keeps secrets at rest: it encrypts a value with AES-256-GCM
// under the installation's master key and binds it to the place it is stored
// in, so that a ciphertext moved to another row, column, store or environment
// does not open (DESIGN §3 rule 16).
//
// The package knows no table and no secret; it takes bytes and a Binding.
package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"tillway/internal/fault"
)

// MasterSize is the length of a master key in bytes.
const MasterSize = 32

const keyIDSize = 8

// keyID names a master key inside a ciphertext without telling anything of it.
type keyID [keyIDSize]byte

// Keyring seals with one master key and opens what that key, or an older one,
// sealed. It is immutable and safe for concurrent use.
type Keyring struct {
	current keyID
	masters map[keyID][]byte
}

// NewKeyring makes a keyring of one master key of 32 bytes; another length is
// Invalid, code "master_key".
func NewKeyring(master []byte) (*Keyring, error) {
	named, err := nameOf(master)
	if err != nil {
		return nil, err
	}
	return &Keyring{current: named, masters: map[keyID][]byte{named: slices.Clone(master)}}, nil
}

// WithRetired is a copy of the ring that also opens what an older master key
// sealed; it goes on sealing with its own.
func (k *Keyring) WithRetired(master []byte) (*Keyring, error) {
	named, err := nameOf(master)
	if err != nil {
		return nil, err
	}
	masters := maps.Clone(k.masters)
	masters[named] = slices.Clone(master)
	return &Keyring{current: k.current, masters: masters}, nil
}

// KeyID is the name of the sealing key in hex, for the operator to compare.
func (k *Keyring) KeyID() string { return fmt.Sprintf("%x", k.current[:]) }

// Format keeps the keys out of every formatted message.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "keyring(%s)", k.KeyID()) }

func nameOf(master []byte) (named keyID, err error) {
	if len(master) != MasterSize {
		return named, fault.New(fault.Invalid, "master_key",
			fmt.Sprintf("The master key must have %d bytes, got %d", MasterSize, len(master)))
	}
	copy(named[:], derive(master, nil, "tillway seal v1 key id", keyIDSize))
	return named, nil
}

// derive expands a master key with HKDF-SHA-256.
func derive(master, salt []byte, purpose string, size int) []byte {
	key, err := hkdf.Key(sha256.New, master, salt, purpose, size)
	if err != nil {
		// The only causes are a size beyond 255 hashes and a FIPS mode that
		// refuses short keys; both are constants of this package.
		panic("seal: " + err.Error())
	}
	return key
}
