package pay

import (
	"context"
	"strings"
	"time"

	"tillway/internal/fault"
)

// MerchantID is "MER_" and 22 base62 characters.
type MerchantID string

// Merchant owns stores and holds API keys.
type Merchant struct {
	ID        MerchantID
	Email     string // lower case; unique
	Name      string
	CreatedAt time.Time
}

type merchantRecords interface {
	Merchant(MerchantID) (Merchant, error)
	MerchantByEmail(email string) (Merchant, error)
	InsertMerchant(Merchant)
	// LockMerchant keeps what others do with the merchant's row waiting until
	// this transaction ends, for decisions that no single write can guard.
	LockMerchant(MerchantID)
}

// NewMerchant is the input of CreateMerchant.
type NewMerchant struct {
	ID    MerchantID
	Email string
	Name  string
	At    time.Time
}

// Validate checks the e-mail address.
func (in NewMerchant) Validate() error {
	_, err := CleanEmail("email", in.Email)
	return err
}

// Recover finds the merchant that was made.
func (in NewMerchant) Recover(r Records) (Merchant, bool, error) { return Found(r.Merchant(in.ID)) }

// CreateMerchant makes a merchant. Errors: Conflict "merchant_exists".
func CreateMerchant(_ context.Context, tx Tx, in NewMerchant) (Merchant, error) {
	email, err := CleanEmail("email", in.Email)
	if err != nil {
		return Merchant{}, err
	}
	if _, err := tx.MerchantByEmail(email); err == nil {
		return Merchant{}, fault.New(fault.Conflict, "merchant_exists", "There is already a merchant with the e-mail "+email).
			WithField("email").WithHint("Make a new key for it with: tillway key create --email " + email)
	} else if !fault.Is(err, fault.NotFound) {
		return Merchant{}, err
	}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	m := Merchant{ID: in.ID, Email: email, Name: name, CreatedAt: in.At}
	tx.InsertMerchant(m)
	return m, nil
}
