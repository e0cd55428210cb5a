package app

import (
	"html/template"
	"net/http"
	"strings"

	"tillway/internal/id"
	"tillway/internal/web/ui"
)

// dashboardPage is where the links of chat messages lead. There is no dashboard
// in this version; the page says so, and how its reader finds the order.
var dashboardPage = template.Must(template.New("dashboard").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{with .Order}}Order {{.}} – {{end}}Tillway</title>
<main>
{{if .Order}}<h1>Order {{.Order}}</h1>
{{else}}<h1>Dashboard</h1>
{{end}}<p>The dashboard is not part of this version of Tillway.</p>
<p>Whoever operates this server finds {{if .Order}}the order{{else}}an order{{end}} and what was told of it with:</p>
<pre><code>tillway webhook log --store STO_… --order {{with .Order}}{{.}}{{else}}ORD_…{{end}}</code></pre>
<p>Sales for real money are shown with <code>--env prod</code>.</p>
</main>
</html>
`))

func (a *App) showDashboard(w http.ResponseWriter, r *http.Request) {
	ui.Secure(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := dashboardPage.Execute(w, struct{ Order string }{orderIn(r.PathValue("path"))}); err != nil {
		a.log.Debug("dashboard page not written", "error", err)
	}
}

// orderIn is the order that a path names, "" when it names none. It is not
// looked up: whoever opens the page has shown no credential.
func orderIn(path string) string {
	order, found := strings.CutPrefix(path, "orders/")
	if !found {
		return ""
	}
	if _, err := id.Parse(id.Order, order); err != nil {
		return ""
	}
	return order
}
