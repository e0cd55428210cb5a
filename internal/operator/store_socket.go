package operator

import (
	"context"
	"net/http"
)

func serveStores(mux *http.ServeMux, o Operator) {
	serve(mux, "store-approve", o.ApproveStore)
	serve(mux, "store-set", o.SetStore)
	serve(mux, "store-show", o.ShowStore)
}

// ApproveStore implements Operator.
func (c *Client) ApproveStore(ctx context.Context, in ApproveStoreIn) (Store, error) {
	return call[Store](ctx, c, "store-approve", in)
}

// SetStore implements Operator.
func (c *Client) SetStore(ctx context.Context, in SetStoreIn) (StoreDetail, error) {
	return call[StoreDetail](ctx, c, "store-set", in)
}

// ShowStore implements Operator.
func (c *Client) ShowStore(ctx context.Context, in ShowStoreIn) (StoreDetail, error) {
	return call[StoreDetail](ctx, c, "store-show", in)
}
