package harness

import (
	"context"
	"testing"
)

// Price of what a Shop sells.
const (
	ShopAmount   = "12.00"
	ShopCurrency = "USD"
)

// Shop is a store with one product, ready to sell.
type Shop struct {
	*Merchant
	StoreID   string
	ProductID string
}

// OpenShop makes the product in the store of the credentials, and an endpoint
// for its completed orders when there is a receiver.
func OpenShop(t testing.TB, server *Server, made Credentials, receiver *Receiver) *Shop {
	t.Helper()
	shop := &Shop{Merchant: made.Merchant(t, server.URL), StoreID: made.StoreID}
	var product struct {
		Product struct{ ID string }
	}
	shop.MustCall(t, "onetime-product/create-product", map[string]any{
		"storeId": shop.StoreID, "name": "Guide", "description": "A guide in PDF",
		"prices": map[string]any{ShopCurrency: map[string]any{"amount": ShopAmount, "taxCategory": "ebook"}},
	}, &product)
	shop.ProductID = product.Product.ID
	if receiver != nil {
		shop.MustCall(t, "store/add-webhook", map[string]any{
			"storeId": shop.StoreID, "channel": "http", "url": receiver.URL,
			"events": []string{"order.completed"}, "testMode": true,
		}, nil)
	}
	return shop
}

// MustCall is Call without a key on a server that is up.
func (m *Merchant) MustCall(t testing.TB, action string, in, out any) {
	t.Helper()
	if err := m.Call(t.Context(), action, "", in, out); err != nil {
		t.Fatalf("harness: %v", err)
	}
}

// Session is a new checkout session.
type Session struct {
	SessionID   string `json:"sessionId"`
	CheckoutURL string `json:"checkoutUrl"`
}

// NewSession opens a checkout for the product; a key makes it repeatable.
// externalID comes back in the order's event.
func (s *Shop) NewSession(ctx context.Context, key, externalID string) (made Session, err error) {
	err = s.Call(ctx, "checkout/create-session", key, map[string]any{
		"productId": s.ProductID, "currency": ShopCurrency, "orderMerchantExternalId": externalID,
	}, &made)
	return made, err
}
