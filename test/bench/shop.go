package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/auth"
	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fanout"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/web/checkout"
	"tillway/internal/web/ui"
	"tillway/internal/webhook"
)

// offer is one store's product, as a visitor needs it.
type offer struct{ Slug, Product string }

// serveShop is a child process: the parts of the server that a purchase passes
// through, over a real disk, with deliveries signed under the given scheme. The
// binary itself cannot be used, because its one dialect signs with RSA and the
// bar is set for HMAC. It prints its address and offers, and ends with its
// standard input.
func serveShop(scheme webhook.Scheme, sinkURL string) error {
	ctx := context.Background()
	r, err := newRig(ctx, scheme)
	if err != nil {
		return err
	}
	defer r.stop()
	book, clean, err := openScratch(ctx, simulator.Migrations)
	if err != nil {
		return err
	}
	defer clean()
	rows := store.New(r.db, r.keys)
	endpoints := func(records pay.Records) webhook.Tx { return r.webhooks.Tx(store.TxOf(records)) }
	quiet := slog.New(slog.DiscardHandler)
	core := pay.New(pay.Config{
		DB: rows, Connectors: []connector.Connector{simulator.New(simulator.Config{DB: book})}, Now: time.Now, IDs: r.ids, Log: quiet,
		Fanout: fanout.New(fanout.Config{
			Dialects: []fanout.Dialect{{Codec: pancake.Codec{}, Scheme: scheme, Schedule: webhook.Pancake.Name}},
			Tx:       endpoints, Owner: r.dispatcher.Owner(), Admit: func(born []webhook.Delivery) { r.dispatcher.Admit(born...) },
		}),
	})
	authority, err := auth.New(auth.Config{Store: store.NewAuth(r.db, r.keys), Core: core, Log: quiet})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String()
	pages, err := ui.New()
	if err != nil {
		return err
	}
	hosted, err := checkout.New(checkout.Config{Core: core, Tokens: authority, UI: pages, PublicURL: url, Log: quiet})
	if err != nil {
		return err
	}
	offers, err := openStores(ctx, r, core, sinkURL)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", pancake.New(pancake.Config{Core: core, Auth: authority, Endpoints: endpoints, PublicURL: url, Log: quiet}))
	hosted.Routes(mux)
	r.dispatcher.Start(ctx)
	if err := json.NewEncoder(os.Stdout).Encode(shopReady{URL: url, Offers: offers}); err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); _ = server.Close() }()
	_ = server.Serve(listener)
	core.Stop(ctx)
	return nil
}

// shopReady is what the child tells its parent.
type shopReady struct {
	URL    string
	Offers []offer
}

// benchStores is how many stores share the load.
const benchStores = 500

func openStores(ctx context.Context, r *rig, core *pay.Core, sinkURL string) ([]offer, error) {
	offers := make([]offer, benchStores)
	for i := range offers {
		owner := pay.MerchantID(r.ids.New("MER"))
		shop, err := pay.Run(ctx, core, pay.CreateStore, pay.NewStore{
			ID: pay.StoreID(r.ids.New("STO")), Slug: r.ids.Slug(fmt.Sprint("Shop ", i)), Name: fmt.Sprint("Shop ", i), Owner: owner, At: core.Now(),
		})
		if err != nil {
			return nil, err
		}
		product, err := pay.Run(ctx, core, pay.CreateProduct, pay.NewProduct{
			ID: pay.ProductID(r.ids.New("PROD")), VersionID: pay.VersionID(r.ids.New("PVER")), Store: shop.ID, Name: "Guide", At: core.Now(),
			Actor:  pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: owner},
			Prices: pay.Prices{{Amount: money.New(2900, "USD"), TaxCategory: pay.Ebook}},
		})
		if err != nil {
			return nil, err
		}
		err = r.insert(ctx, webhook.Endpoint{
			ID: webhook.EndpointID(r.ids.UUID()), Store: webhook.StoreID(shop.ID), Env: webhook.Test, Dialect: "pancake", Channel: webhook.HTTP,
			URL: sinkURL, Events: []webhook.EventType{"order.completed"}, State: webhook.Active, CreatedAt: core.Now(), UpdatedAt: core.Now(),
		})
		if err != nil {
			return nil, err
		}
		offers[i] = offer{Slug: shop.Slug, Product: string(product.ID)}
	}
	return offers, nil
}
