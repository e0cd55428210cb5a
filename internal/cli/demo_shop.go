package cli

import (
	"context"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/operator"
)

// What the demo sells.
const (
	demoProduct  = "A Field Guide to Tills"
	demoPrice    = "29.00"
	demoCurrency = "USD"
	demoCard     = "4576750000000110"
)

// demoShop is a merchant's integration: it knows the server's address, a
// merchant id and a private key, and nothing else.
type demoShop struct {
	client  pancakeclient.Client
	product string
}

// openShop makes the product and the webhook as an integration does: by signed
// calls over HTTP.
func openShop(ctx context.Context, baseURL string, made operator.SetupOut, receiver string) (*demoShop, error) {
	key, err := pancakeclient.ParseKey(made.Pancake.Test.PrivateKey)
	if err != nil {
		return nil, err
	}
	shop := &demoShop{client: pancakeclient.Client{BaseURL: baseURL, MerchantID: string(made.MerchantID), Key: key}}
	var created struct {
		Product struct {
			ID string `json:"id"`
		} `json:"product"`
	}
	err = shop.client.Call(ctx, "/v1/actions/onetime-product/create-product", map[string]any{
		"storeId": made.StoreID, "name": demoProduct, "description": "How payments are taken, kept and told of.",
		"prices": map[string]any{demoCurrency: map[string]string{"amount": demoPrice, "taxCategory": "ebook"}},
	}, &created)
	if err != nil {
		return nil, err
	}
	shop.product = created.Product.ID
	return shop, shop.client.Call(ctx, "/v1/actions/store/add-webhook", map[string]any{
		"storeId": made.StoreID, "channel": "http", "url": receiver, "events": []string{"order.completed"}, "testMode": true,
	}, nil)
}

// sell opens a checkout and returns its address.
func (s *demoShop) sell(ctx context.Context) (string, error) {
	var session struct {
		CheckoutURL string `json:"checkoutUrl"`
	}
	err := s.client.Call(ctx, "/v1/actions/checkout/create-session",
		map[string]string{"productId": s.product, "currency": demoCurrency}, &session)
	return session.CheckoutURL, err
}
