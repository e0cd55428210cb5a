package operator

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"tillway/internal/auth"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// SetupIn asks for a merchant.
type SetupIn struct {
	Email     string `json:"email"`
	StoreName string `json:"storeName"` // "" takes the part of the e-mail before the @
}

// SetupOut is what an integration needs to begin: the one time that private
// keys and the keys of the store are seen.
type SetupOut struct {
	MerchantID pay.MerchantID `json:"merchantId"`
	StoreID    pay.StoreID    `json:"storeId"`
	Pancake    PancakeKeys    `json:"pancake"`
	Diddo      DiddoKeys      `json:"diddo"`
	Waypay     WaypayKeys     `json:"waypay"`
	Wayl       WaylKey        `json:"wayl"`
}

// PancakeKeys are the credentials for the Pancake API.
type PancakeKeys struct {
	Test PancakeKey `json:"test"`
	Prod PancakeKey `json:"prod"`
}

// PancakeKey is one environment's: what requests are signed with, and what
// webhooks are verified with, both in PEM.
type PancakeKey struct {
	PrivateKey       string `json:"privateKey"`
	WebhookPublicKey string `json:"webhookPublicKey"`
}

// LogValue keeps private keys out of every log.
func (SetupOut) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String keeps private keys out of every formatted message.
func (SetupOut) String() string { return "[redacted]" }

// Setup makes a merchant with its store and keys. Its store is approved for
// live use: whoever can run this command is who would approve it.
func (s *Service) Setup(ctx context.Context, in SetupIn) (SetupOut, error) {
	// Refused before the key pairs, which take a good part of a second.
	if _, err := pay.CleanEmail("email", in.Email); err != nil {
		return SetupOut{}, err
	}
	pairs, err := newKeyPairs(pay.Test, pay.Prod)
	if err != nil {
		return SetupOut{}, err
	}
	made, err := pay.Run(ctx, s.Core, foundMerchant, s.founding(in))
	if err != nil {
		return SetupOut{}, err
	}
	out := SetupOut{MerchantID: made.Merchant, StoreID: made.ID}
	for env, into := range map[pay.Env]*PancakeKey{pay.Test: &out.Pancake.Test, pay.Prod: &out.Pancake.Prod} {
		if _, err := s.Auth.CreateAPIKey(ctx, auth.NewAPIKey{
			Merchant: made.Merchant, Env: env, Nickname: "setup", PublicKey: pairs[env].Public,
		}); err != nil {
			return SetupOut{}, err
		}
		*into = PancakeKey{PrivateKey: pairs[env].Private.Reveal(), WebhookPublicKey: s.PublicKey(env)}
	}
	if err := s.addStoreKeys(ctx, &out); err != nil {
		return SetupOut{}, err
	}
	return out, nil
}

func (s *Service) founding(in SetupIn) founding {
	name := in.StoreName
	now, ids := s.Core.Now(), s.Core.IDs()
	merchant := pay.NewMerchant{ID: pay.MerchantID(ids.New(id.Merchant)), Email: in.Email, Name: name, At: now}
	if name == "" {
		name = nameOf(in.Email)
	}
	return founding{
		Merchant: merchant,
		Store: pay.NewStore{
			ID: pay.StoreID(ids.New(id.Store)), Slug: ids.Slug(name), Name: name, Owner: merchant.ID, Approved: true, At: now,
		},
	}
}

// founding is a merchant and its first store, made in one transaction.
type founding struct {
	Merchant pay.NewMerchant
	Store    pay.NewStore
}

// Validate checks both halves.
func (in founding) Validate() error {
	if err := in.Merchant.Validate(); err != nil {
		return err
	}
	return in.Store.Validate()
}

type founded struct {
	pay.Store
	Merchant pay.MerchantID
}

func foundMerchant(ctx context.Context, tx pay.Tx, in founding) (founded, error) {
	merchant, err := pay.CreateMerchant(ctx, tx, in.Merchant)
	if err != nil {
		return founded{}, err
	}
	store, err := pay.CreateStore(ctx, tx, in.Store)
	return founded{Store: store, Merchant: merchant.ID}, err
}

// newKeyPairs generates a pair for each environment at the same time.
func newKeyPairs(envs ...pay.Env) (map[pay.Env]auth.KeyPair, error) {
	made := make([]auth.KeyPair, len(envs))
	var group errgroup.Group
	for i := range envs {
		group.Go(func() (err error) {
			made[i], err = auth.NewKeyPair()
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	pairs := make(map[pay.Env]auth.KeyPair, len(envs))
	for i, env := range envs {
		pairs[env] = made[i]
	}
	return pairs, nil
}
