package auth

import "context"

// Standing reports, long after a signed request, whether the key that signed
// it still exists. Errors: ErrRefused when it does not; Internal and
// Unavailable when rows cannot be read.
func (a *Auth) Standing(ctx context.Context, credential Credential) error {
	keys, err := a.store.APIKeys(ctx, credential.Actor.Merchant)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if key.ID == credential.Key {
			return nil
		}
	}
	return ErrRefused
}
