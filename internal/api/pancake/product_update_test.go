package pancake_test

import (
	"testing"

	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	updateProduct  = "/v1/actions/onetime-product/update-product"
	publishProduct = "/v1/actions/onetime-product/publish-product"
	productStatus  = "/v1/actions/onetime-product/update-status"
)

type productData struct {
	Product struct {
		ID          string                       `json:"id"`
		Name        string                       `json:"name"`
		Description *string                      `json:"description"`
		Prices      map[string]map[string]string `json:"prices"`
		Media       []map[string]string          `json:"media"`
		SuccessURL  *string                      `json:"successUrl"`
		Metadata    map[string]any               `json:"metadata"`
		Status      string                       `json:"status"`
		UpdatedAt   string                       `json:"updatedAt"`
	} `json:"product"`
}

func (w *world) mustProduct(t *testing.T, env pay.Env, path string, change object) (out productData) {
	t.Helper()
	body := object{"id": string(w.Product.ID)}
	for name, value := range change {
		body[name] = value
	}
	if err := w.client(env).Call(t.Context(), path, body, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUpdateProduct(t *testing.T) {
	t.Parallel()

	t.Run("what is absent stays, and null or nothing clears", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		full := w.mustProduct(t, pay.Test, updateProduct, object{
			"name": " Guide 2 ", "successUrl": "https://shop.example.test/done", "metadata": object{"k": 1},
			"prices": object{"JPY": object{"amount": "4500", "taxCategory": "saas", "taxIncluded": false}},
			"media":  []any{object{"type": "image", "url": "https://shop.example.test/a.png", "alt": "a"}},
		}).Product
		if full.Name != "Guide 2" || *full.Description != "A guide as PDF" || len(full.Prices) != 1 || full.Prices["JPY"]["amount"] != "4500" ||
			len(full.Media) != 1 || full.Metadata["k"] != 1.0 {
			t.Errorf("got %+v", full)
		}
		bare := w.mustProduct(t, pay.Test, updateProduct, object{
			"description": nil, "successUrl": "", "name": nil, "prices": nil, "media": nil, "metadata": nil,
		}).Product
		if bare.Description != nil || bare.SuccessURL != nil || bare.Name != "Guide 2" || len(bare.Prices) != 1 || len(bare.Media) != 1 || len(bare.Metadata) != 1 {
			t.Errorf("got %+v", bare)
		}
		if bare = w.mustProduct(t, pay.Test, updateProduct, object{"media": []any{}, "metadata": object{}}).Product; len(bare.Media) != 0 || len(bare.Metadata) != 0 {
			t.Errorf("got %+v", bare)
		}
	})

	t.Run("each environment has a version of its own until it is published", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		client := w.client(pay.Prod)
		id := object{"id": string(w.Product.ID)}
		mustTell(t, client.Call(t.Context(), updateProduct, object{"id": id["id"], "name": "Live"}, nil), 400, "product", "No version in current environment")
		mustTell(t, client.Call(t.Context(), productStatus, object{"id": id["id"], "status": "active"}, nil), 400, "product", "No version in current environment")
		if published := w.mustProduct(t, pay.Test, publishProduct, nil).Product; published.Name != "Guide" || published.Status != "active" {
			t.Errorf("published %+v", published)
		}
		if live := w.mustProduct(t, pay.Prod, updateProduct, object{"name": "Live"}).Product; live.Name != "Live" || *live.Description != "A guide as PDF" || live.Status != "active" {
			t.Errorf("live %+v", live)
		}
		if test := w.mustProduct(t, pay.Test, updateProduct, object{"description": "x"}).Product; test.Name != "Guide" {
			t.Errorf("test %+v", test)
		}
		if off := w.mustProduct(t, pay.Prod, productStatus, object{"status": "inactive"}).Product; off.Status != "inactive" || off.Name != "Live" {
			t.Errorf("off sale %+v", off)
		}
		if test := w.mustProduct(t, pay.Test, productStatus, object{"status": "active"}).Product; test.Status != "active" {
			t.Errorf("test %+v", test)
		}
		// Publishing again shows the new version and leaves it off sale.
		if again := w.mustProduct(t, pay.Prod, publishProduct, nil).Product; again.Name != "Guide" || *again.Description != "x" || again.Status != "inactive" {
			t.Errorf("published again %+v", again)
		}
	})
}

func TestUpdateProductRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	closed := paytest.MustRun(t, w.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(w.IDs.New("STO")), Slug: w.IDs.Slug("New"), Name: "New", Owner: w.Merchant.ID, At: w.Core.Now(),
	})
	unapproved := paytest.MustRun(t, w.Core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(w.IDs.New("PROD")), VersionID: pay.VersionID(w.IDs.New("PVER")), Actor: w.Actor(), Store: closed.ID, Name: "Guide",
		Prices: w.Product.Current.Prices, At: w.Core.Now(),
	})
	product := string(w.Product.ID)
	for name, c := range map[string]struct {
		env     pay.Env
		path    string
		body    object
		status  int
		layer   string
		message string
	}{
		"nothing":                {pay.Test, updateProduct, object{}, 400, "product", "Missing required field: id"},
		"malformed id":           {pay.Test, publishProduct, object{"id": "PROD_1"}, 400, "product", `Expected format: PROD_xxx, got "PROD_1"`},
		"unknown product":        {pay.Test, updateProduct, object{"id": noProduct}, 404, "product", "Product not found"},
		"empty name":             {pay.Test, updateProduct, object{"id": product, "name": ""}, 400, "product", "Missing required field: name"},
		"no price":               {pay.Test, updateProduct, object{"id": product, "prices": object{}}, 400, "product", "Missing required field: prices"},
		"file as media":          {pay.Test, updateProduct, object{"id": product, "media": []any{object{"type": "image", "url": "file:///x"}}}, 400, "product", "media url"},
		"no status":              {pay.Test, productStatus, object{"id": product}, 400, "product", "Invalid or missing status (must be 'active' or 'inactive')"},
		"unknown status":         {pay.Test, productStatus, object{"id": product, "status": "archived"}, 400, "product", "Invalid or missing status"},
		"live in a closed store": {pay.Prod, publishProduct, object{"id": string(unapproved.ID)}, 403, "store", "Store is not enabled for production"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, w.client(c.env), c.path, c.body), c.status, c.layer, c.message)
		})
	}
}
