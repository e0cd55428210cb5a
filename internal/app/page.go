package app

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"tillway/internal/connector/simulator"
	"tillway/internal/sqldb"
	"tillway/internal/web/checkout"
	"tillway/internal/web/docs"
	"tillway/internal/web/ui"
)

// routes mounts what belongs to no dialect.
func (a *App) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", a.showHealth)
	mux.HandleFunc("GET /readyz", a.showReadiness)
	mux.HandleFunc("GET /{$}", a.showStart)
	mux.HandleFunc("GET /dashboard/{path...}", a.showDashboard)
	if a.aside == nil {
		mux.Handle("GET /metrics", a.metrics.Handler())
	}
}

// showHealth answers while the process can answer at all.
func (a *App) showHealth(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }

// showReadiness answers 503 while the server drains or its database does not
// answer, so that a balancer looks elsewhere.
func (a *App) showReadiness(w http.ResponseWriter, r *http.Request) {
	if a.draining.Load() {
		say(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	const patience = time.Second
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	err := a.data.main.Read(ctx, func(q sqldb.Querier) error {
		var one int
		return q.QueryRow(`SELECT 1`).Scan(&one)
	})
	if err != nil {
		a.log.Warn("not ready", "error", err)
		say(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	say(w, http.StatusOK, "ready")
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text) // whoever asked has gone
}

// startPage leads on: whoever opens the server's address learns what it is.
var startPage = template.Must(template.New("start").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tillway</title>
<main>
<h1>Tillway</h1>
<p>This is a payment server. Buyers come here by a checkout link from their shop.</p>
<h2>For integrators</h2>
<ul>
<li>This server speaks several payment APIs. <a href="/docs">Their reference</a> has every route, samples in six languages and a form to try them; <a href="/llms.txt">llms.txt</a> is the same for programs.</li>
<li><a href="/docs/pancake">Pancake</a> is at <code>{{.URL}}/v1/</code>: give <code>{{.URL}}</code> to the SDK as its <code>baseUrl</code>.</li>
<li><a href="/docs/wayl">Wayl</a> is at <code>{{.URL}}/api/v1/</code>, <a href="/docs/waypay">Waypay</a> at <code>{{.URL}}/Gateway/v1/</code>, <a href="/docs/diddo">Diddo</a> at <code>{{.URL}}/diddo/</code>.</li>
<li>A merchant, a store and the keys of all of them are made on the server with <code>tillway setup --email you@example.com</code>.</li>
<li>A checkout of the test environment is completed without a browser by <code>tillway pay CHECKOUT_URL</code>.</li>
</ul>
<h2>For operators</h2>
<ul>
<li><a href="/healthz">/healthz</a> answers while the process lives, <a href="/readyz">/readyz</a> while it can serve.</li>
<li><code>tillway verify</code> proves that orders, payments, ledger and deliveries agree.</li>
</ul>
</main>
</html>
`))

func (a *App) showStart(w http.ResponseWriter, _ *http.Request) {
	ui.Secure(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := startPage.Execute(w, struct{ URL string }{a.url}); err != nil {
		a.log.Debug("start page not written", "error", err)
	}
}

// testCards are what the checkout page offers in the test environment.
func testCards() []checkout.TestCard {
	cards := simulator.Cards()
	shown := make([]checkout.TestCard, 0, len(cards))
	for _, card := range cards {
		shown = append(shown, checkout.TestCard{Number: card.Number, Summary: card.Summary})
	}
	return shown
}

// referenceCards are the same cards in the API reference.
func referenceCards() []docs.TestCard {
	var shown []docs.TestCard
	for _, card := range simulator.Cards() {
		shown = append(shown, docs.TestCard{Number: card.Number, Summary: card.Summary})
	}
	return shown
}
