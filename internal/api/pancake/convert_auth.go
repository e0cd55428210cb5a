package pancake

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// issueSessionToken answers auth/issue-session-token. Its answer is never kept
// under an idempotency key: a replayed five-minute token is dead.
func (d *dialect) issueSessionToken(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire issueSessionTokenWire
	if err := call.Decode(&wire); err != nil {
		return pay.Answer{}, err
	}
	request, err := toTokenRequest(call, wire)
	if err != nil {
		return pay.Answer{}, err
	}
	token, err := d.auth.IssueSessionToken(ctx, request)
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, success(sessionTokenWire{Token: token.Text.Reveal(), ExpiresAt: timeOf(token.ExpiresAt)}))
}

func toTokenRequest(call *api.Call, wire issueSessionTokenWire) (auth.TokenRequest, error) {
	if err := require(text("buyerIdentity", wire.BuyerIdentity)); err != nil {
		return auth.TokenRequest{}, err
	}
	if wire.StoreID == "" && wire.ProductID == "" {
		return auth.TokenRequest{}, fault.Invalidf("storeId", "missing_field", "Missing required field: provide storeId or productId")
	}
	if wire.StoreID != "" {
		if err := checkID("storeId", id.Store, wire.StoreID); err != nil {
			return auth.TokenRequest{}, err
		}
	}
	if wire.ProductID != "" {
		if err := checkID("productId", id.Product, wire.ProductID); err != nil {
			return auth.TokenRequest{}, err
		}
	}
	return auth.TokenRequest{
		Actor: call.Actor(), Buyer: wire.BuyerIdentity, Store: pay.StoreID(wire.StoreID), Product: pay.ProductID(wire.ProductID),
	}, nil
}
