package operator

import (
	"context"
	"net/http"
)

func serveStoreKeys(mux *http.ServeMux, o Operator) {
	serve(mux, "store-key-create", o.CreateStoreKey)
	serve(mux, "store-key-list", o.ListStoreKeys)
	serve(mux, "store-key-revoke", o.RevokeStoreKey)
	serve(mux, "store-token-issue", o.IssueStoreToken)
	serve(mux, "store-secret-rotate", o.RotateStoreSecret)
}

// CreateStoreKey implements Operator.
func (c *Client) CreateStoreKey(ctx context.Context, in CreateStoreKeyIn) (StoreKeySecret, error) {
	return call[StoreKeySecret](ctx, c, "store-key-create", in)
}

// ListStoreKeys implements Operator.
func (c *Client) ListStoreKeys(ctx context.Context, in ListStoreKeysIn) (StoreKeys, error) {
	return call[StoreKeys](ctx, c, "store-key-list", in)
}

// RevokeStoreKey implements Operator.
func (c *Client) RevokeStoreKey(ctx context.Context, in RevokeStoreKeyIn) (StoreKey, error) {
	return call[StoreKey](ctx, c, "store-key-revoke", in)
}

// IssueStoreToken implements Operator.
func (c *Client) IssueStoreToken(ctx context.Context, in IssueStoreTokenIn) (StoreToken, error) {
	return call[StoreToken](ctx, c, "store-token-issue", in)
}

// RotateStoreSecret implements Operator.
func (c *Client) RotateStoreSecret(ctx context.Context, in RotateStoreSecretIn) (StoreSecret, error) {
	return call[StoreSecret](ctx, c, "store-secret-rotate", in)
}
