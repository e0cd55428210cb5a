package operator

import (
	"context"

	"tillway/internal/auth"
	"tillway/internal/pay"
)

// DiddoKeys are the credentials for the Diddo API.
type DiddoKeys struct {
	Test DiddoKey `json:"test"`
	Live DiddoKey `json:"live"`
}

// DiddoKey is one environment's.
type DiddoKey struct {
	APIKey string `json:"apiKey"`
}

// WaypayKeys are the credentials for the Waypay API.
type WaypayKeys struct {
	Test WaypayKey `json:"test"`
	Live WaypayKey `json:"live"`
}

// WaypayKey is one environment's: the key that is sent, and the secret that
// requests are signed with.
type WaypayKey struct {
	APIKey    string `json:"apiKey"`
	SecretKey string `json:"secretKey"`
}

// WaylKey is the credential for the Wayl API, of both environments.
type WaylKey struct {
	Token string `json:"token"`
}

// addStoreKeys makes the keys of a new store.
func (s *Service) addStoreKeys(ctx context.Context, out *SetupOut) error {
	for _, key := range []struct {
		dialect string
		env     pay.Env
		into    func(auth.MintedStoreKey)
	}{
		{"diddo", pay.Test, func(made auth.MintedStoreKey) { out.Diddo.Test = DiddoKey{made.Text.Reveal()} }},
		{"diddo", pay.Prod, func(made auth.MintedStoreKey) { out.Diddo.Live = DiddoKey{made.Text.Reveal()} }},
		{"waypay", pay.Test, func(made auth.MintedStoreKey) { out.Waypay.Test = waypayKey(made) }},
		{"waypay", pay.Prod, func(made auth.MintedStoreKey) { out.Waypay.Live = waypayKey(made) }},
		{"wayl", "", func(made auth.MintedStoreKey) { out.Wayl = WaylKey{made.Text.Reveal()} }},
	} {
		made, err := s.Auth.CreateStoreKey(ctx, auth.NewStoreKey{Store: out.StoreID, Dialect: key.dialect, Env: key.env, Nickname: "setup"})
		if err != nil {
			return err
		}
		key.into(made)
	}
	return nil
}

func waypayKey(made auth.MintedStoreKey) WaypayKey {
	return WaypayKey{APIKey: made.Text.Reveal(), SecretKey: made.Signing.Reveal()}
}
