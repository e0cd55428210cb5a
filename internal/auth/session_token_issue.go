package auth

import (
	"context"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// maxIdentity bounds the merchant's name for a buyer, in characters.
const maxIdentity = 256

// TokenRequest is the input of IssueSessionToken. One of Store and Product is
// required; a product stands for its store.
type TokenRequest struct {
	Actor   pay.Actor // the merchant
	Buyer   string
	Store   pay.StoreID
	Product pay.ProductID
}

// IssuedToken is a new token. Its text exists only here.
type IssuedToken struct {
	Text      id.Secret
	ExpiresAt time.Time
}

// IssueSessionToken makes a customer token for a buyer of a store, in the
// environment of the merchant's key (spec/pancake.md §5.1).
// Errors: Invalid "buyerIdentity", missing or contradictory "storeId" and
// "productId"; pay.ErrStoreNotFound, pay.ErrProductNotFound,
// pay.ErrNoStoreAccess, pay.ErrStoreInactive, NotEnabled "prod_not_enabled".
func (a *Auth) IssueSessionToken(ctx context.Context, in TokenRequest) (IssuedToken, error) {
	if strings.TrimSpace(in.Buyer) == "" {
		return IssuedToken{}, pay.MissingField("buyerIdentity")
	}
	buyer, err := pay.CleanText("buyerIdentity", in.Buyer, 1, maxIdentity)
	if err != nil {
		return IssuedToken{}, err
	}
	if in.Store == "" && in.Product == "" {
		return IssuedToken{}, fault.Invalidf("storeId", "missing_field", "Missing required field: provide storeId or productId")
	}
	var store pay.Store
	err = a.core.View(ctx, func(r pay.Records) (err error) {
		store, err = in.open(r)
		return err
	})
	if err != nil {
		return IssuedToken{}, err
	}
	now := a.core.Now()
	token := SessionToken{
		ID: TokenID(a.core.IDs().New(tokenPrefix)), Store: store.ID, Env: in.Actor.Env, Role: Customer, Buyer: buyer,
		CreatedAt: now, ExpiresAt: now.Add(lives[Customer]),
	}
	text := string(token.ID) + "_" + a.core.IDs().Token(tokenBytes)
	token.Hash = id.Hash(text)
	if err := a.store.InsertSessionToken(ctx, token); err != nil {
		return IssuedToken{}, err
	}
	return IssuedToken{Text: id.Secret(text), ExpiresAt: token.ExpiresAt}, nil
}

// open finds the store that the token is for and checks that the merchant may
// sell in it.
func (in TokenRequest) open(r pay.Records) (pay.Store, error) {
	chosen := in.Store
	if in.Product != "" {
		product, err := r.Product(in.Product)
		if err != nil {
			return pay.Store{}, err
		}
		if chosen != "" && chosen != product.Store {
			return pay.Store{}, fault.Invalidf("storeId", "store_mismatch", "productId does not belong to storeId")
		}
		chosen = product.Store
	}
	store, err := r.Store(chosen)
	if err != nil {
		return pay.Store{}, err
	}
	if err := pay.Permit(r, in.Actor, store.ID, pay.Member); err != nil {
		return pay.Store{}, err
	}
	return store, store.OpenIn(in.Actor.Env)
}
