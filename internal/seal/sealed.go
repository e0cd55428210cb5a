package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"tillway/internal/fault"
)

// A sealed value is a header and the output of AES-256-GCM:
//
//	version 1 | key id 8 | salt 24 | place 8 | length 4 | ciphertext | tag 16
//
// Header and binding are the associated data. The salt is random, and key and
// nonce are derived from it: one key with random 12-byte nonces would be worn
// out after 2^32 values, which a busy installation seals in weeks. Place and
// length add no security; they let Open say what is wrong, because "moved",
// "cut off" and "rotten" have different remedies and GCM alone tells none.
const (
	version    = 1
	saltSize   = 24
	placeSize  = 8
	tagSize    = 16
	saltAt     = 1 + keyIDSize
	placeAt    = saltAt + saltSize
	lengthAt   = placeAt + placeSize
	headerSize = lengthAt + 4
)

// Overhead is how many bytes a sealed value is longer than the plain one.
const Overhead = headerSize + tagSize

// longestPlain keeps the length in its four bytes, with room to spare.
const longestPlain = 64 << 20

// Seal encrypts plain for the place that b names. Equal inputs give different
// outputs. It fails only on an incomplete binding ("seal_binding") and on a
// plain value beyond 64 MiB ("seal_size").
func (k *Keyring) Seal(plain []byte, b Binding) ([]byte, error) {
	place, err := b.encoded()
	if err != nil {
		return nil, err
	}
	if len(plain) > longestPlain {
		return nil, fault.New(fault.Internal, "seal_size", "The value is too long to seal")
	}
	sealed := make([]byte, headerSize, len(plain)+Overhead)
	sealed[0] = version
	copy(sealed[1:], k.current[:])
	rand.Read(sealed[saltAt:placeAt]) // never fails; the process ends instead

	box := boxOf(k.masters[k.current], sealed[saltAt:placeAt])
	copy(sealed[placeAt:], box.mark(place))
	binary.BigEndian.PutUint32(sealed[lengthAt:], uint32(len(plain)))
	return box.aead.Seal(sealed, box.nonce, plain, append(sealed[:headerSize:headerSize], place...)), nil
}

// Open decrypts what Seal made for the same place. Its faults are Internal and
// say by code what is wrong: "seal_truncated" (cut off, or never sealed),
// "seal_wrong_key" (sealed under a key that is not in the ring),
// "seal_wrong_binding" (sealed for another place) and "seal_corrupt" (changed).
func (k *Keyring) Open(sealed []byte, b Binding) ([]byte, error) {
	place, err := b.encoded()
	if err != nil {
		return nil, err
	}
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, fault.New(fault.Internal, "seal_truncated", "The value is not a whole sealed value")
	}
	master, known := k.masters[keyID(sealed[1:saltAt])]
	if !known {
		return nil, fault.New(fault.Internal, "seal_wrong_key", "The value is sealed under another master key").
			WithHint("Start with the TILLWAY_MASTER_KEY, or the master.key file, that this data was made with.")
	}
	box := boxOf(master, sealed[saltAt:placeAt])
	if !hmac.Equal(sealed[placeAt:lengthAt], box.mark(place)) {
		return nil, fault.New(fault.Internal, "seal_wrong_binding",
			"The value is sealed for another place than "+b.Table+"."+b.Column+" of "+b.Row)
	}
	if uint64(binary.BigEndian.Uint32(sealed[lengthAt:])) != uint64(len(sealed)-Overhead) {
		return nil, fault.New(fault.Internal, "seal_truncated", "The sealed value does not have its full length")
	}
	plain, err := box.aead.Open(nil, box.nonce, sealed[headerSize:], append(sealed[:headerSize:headerSize], place...))
	if err != nil {
		return nil, fault.New(fault.Internal, "seal_corrupt", "The sealed value was changed").WithCause(err)
	}
	return plain, nil
}

// box is the key material of one sealed value.
type box struct {
	aead     cipher.AEAD
	nonce    []byte
	placeKey []byte
}

func boxOf(master, salt []byte) box {
	const keySize, nonceSize = 32, 12
	material := derive(master, salt, "tillway seal v1 value", keySize+nonceSize+sha256.Size)
	block, err := aes.NewCipher(material[:keySize])
	if err != nil {
		panic("seal: " + err.Error()) // only a wrong key size
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("seal: " + err.Error()) // only a wrong block size
	}
	return box{aead: aead, nonce: material[keySize : keySize+nonceSize], placeKey: material[keySize+nonceSize:]}
}

// mark is a short fingerprint of the place under this value's own key; it does
// not show which values belong to one place.
func (b box) mark(place []byte) []byte {
	mac := hmac.New(sha256.New, b.placeKey)
	mac.Write(place)
	return mac.Sum(nil)[:placeSize]
}
