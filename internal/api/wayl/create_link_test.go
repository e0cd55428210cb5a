package wayl_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/wayl"
	"tillway/internal/pay"
)

func TestCreateLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.mustCreate(t, "order-1", object{
		"total": 31440, "customParameter": "p-1", "webhookUrl": "http://localhost:9/hook", "webhookSecret": "1234567890",
		"redirectionUrl": "https://shop.example.test/thanks?x=1", "linkExpiresIn": "90m",
	})
	id, code := made["id"].(string), made["code"].(string)
	want := object{
		"customParameter": "p-1", "referenceId": "order-1", "id": id, "total": "31440", "currency": "IQD", "code": code, "paymentMethod": nil,
		"type": "Order", "reversable": false, "status": "Created", "completedAt": nil, "createdAt": "2026-11-20T12:00:00.000Z",
		"updatedAt": "2026-11-20T12:00:00.000Z", "url": "https://pay.example.test/pay/" + code, "webhookUrl": "http://localhost:9/hook",
		"redirectionUrl": "https://shop.example.test/thanks?x=1&referenceId=order-1&orderid=" + id, "linkExpiresIn": "90m",
	}
	if fmt.Sprint(made) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", made, want)
	}
	if answered := w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-0", nil)).wants(t, http.StatusCreated); answered.body["message"] != "Done" {
		t.Errorf("message %v", answered.body["message"])
	}
	w.ask(t, http.MethodPost, "/api/v1/links/order-0/invalidate", nil).wants(t, http.StatusCreated)
	if read := w.ask(t, http.MethodGet, "/api/v1/links/order-1", nil).wants(t, http.StatusOK); read.body["message"] != "Link retrieved successfully." {
		t.Errorf("message %v", read.body["message"])
	}
	// What was answered is there at once, and says the same everywhere.
	if got := w.mustGet(t, "order-1"); fmt.Sprint(got) != fmt.Sprint(made) {
		t.Errorf("read %v", got)
	}
	if got := w.ask(t, http.MethodGet, "/api/v1/links?statuses=Created", nil).list(t); len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(made) {
		t.Errorf("listed %v", got)
	}
	if strings.Contains(w.ask(t, http.MethodGet, "/api/v1/links/order-1", nil).Body.String(), "1234567890") {
		t.Error("the secret was answered")
	}
	bare := w.mustCreate(t, "order-2", nil)
	for member, value := range (object{"customParameter": "", "webhookUrl": nil, "redirectionUrl": nil, "linkExpiresIn": "1h"}) {
		if bare[member] != value {
			t.Errorf("%s of a bare link is %v, want %v", member, bare[member], value)
		}
	}
}

// The rows of spec/wayl.md §8, and their neighbours that are right.
func TestCreateLinkRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	line := func(more object) []any {
		made := object{"label": "Guide", "amount": 10000, "type": "increase"}
		for name, value := range more {
			if made[name] = value; value == nil {
				delete(made, name)
			}
		}
		return []any{made}
	}
	many := make([]any, 201)
	for i := range many {
		many[i] = object{"label": "One", "amount": 50, "type": "increase"}
	}
	for name, c := range map[string]struct {
		more  object
		wrong []string // paths; none is right
	}{
		"a total of 999":                   {object{"total": 999}, []string{`["total"]`}},
		"a total of 1000":                  {object{"total": 1000}, nil},
		"a total written as 1000.0":        {object{"total": jsonNumber("1000.0")}, nil},
		"a total with a fraction":          {object{"total": 1000.5}, []string{`["total"]`}},
		"a total written as 1e4":           {object{"total": jsonNumber("1e4")}, nil},
		"a total written as 1.5E+3":        {object{"total": jsonNumber("1.5E+3")}, nil},
		"a total written as 100000e-1":     {object{"total": jsonNumber("100000e-1")}, nil},
		"a total of 1.0005e3":              {object{"total": jsonNumber("1.0005e3")}, []string{`["total"]`}},
		"a total of 1e12":                  {object{"total": jsonNumber("1e12")}, nil},
		"a total of 1e400":                 {object{"total": jsonNumber("1e400")}, []string{`["total"]`}},
		"a total of 1e-400":                {object{"total": jsonNumber("1e-400")}, []string{`["total"]`}},
		"a total of endless noughts":       {object{"total": jsonNumber("10000." + strings.Repeat("0", 5000))}, nil},
		"a negative total":                 {object{"total": -1000}, []string{`["total"]`}},
		"a total of a trillion":            {object{"total": 1_000_000_000_000}, nil},
		"a total of more":                  {object{"total": 1_000_000_000_001}, []string{`["total"]`}},
		"a total beyond 64 bits":           {object{"total": jsonNumber("99999999999999999999")}, []string{`["total"]`}},
		"a total as text":                  {object{"total": "10000"}, []string{`["total"]`}},
		"without a total":                  {object{"total": nil}, []string{`["total"]`}},
		"another currency":                 {object{"currency": "USD"}, []string{`["currency"]`}},
		"the currency in lower case":       {object{"currency": "iqd"}, []string{`["currency"]`}},
		"without a currency":               {object{"currency": nil}, []string{`["currency"]`}},
		"without a reference":              {object{"referenceId": nil}, []string{`["referenceId"]`}},
		"an empty reference":               {object{"referenceId": ""}, []string{`["referenceId"]`}},
		"a blank reference":                {object{"referenceId": "  "}, []string{`["referenceId"]`}},
		"a reference of 255":               {object{"referenceId": strings.Repeat("ä", 255)}, nil},
		"a reference of 256":               {object{"referenceId": strings.Repeat("x", 256)}, []string{`["referenceId"]`}},
		"a reference with a line end":      {object{"referenceId": "a\nb"}, []string{`["referenceId"]`}},
		"a reference with a NUL":           {object{"referenceId": "a\x00b"}, []string{`["referenceId"]`}},
		"without an environment":           {object{"env": nil}, nil},
		"an unknown environment":           {object{"env": "prod"}, []string{`["env"]`}},
		"an empty parameter":               {object{"customParameter": ""}, nil},
		"a parameter of 2000":              {object{"customParameter": strings.Repeat("x", 2000)}, nil},
		"a parameter of 2001":              {object{"customParameter": strings.Repeat("x", 2001)}, []string{`["customParameter"]`}},
		"no lines":                         {object{"lineItem": []any{}}, nil},
		"one line":                         {object{"lineItem": line(nil)}, nil},
		"a line with an image":             {object{"lineItem": line(object{"image": "https://shop.example.test/a.png"})}, nil},
		"a line with an empty image":       {object{"lineItem": line(object{"image": ""})}, nil},
		"an amount written as 1e4":         {object{"lineItem": line(object{"amount": jsonNumber("1e4")})}, nil},
		"an amount written as 10000.0":     {object{"lineItem": line(object{"amount": jsonNumber("10000.0")})}, nil},
		"a line with no image":             {object{"lineItem": line(object{"image": "a.png"})}, []string{`["lineItem",0,"image"]`}},
		"lines that come to less":          {object{"lineItem": line(object{"amount": 9999})}, []string{`["total"]`}},
		"lines that come to more":          {object{"lineItem": append(line(nil), line(nil)...)}, []string{`["total"]`}},
		"a line that takes away":           {object{"lineItem": append(line(object{"amount": 12000}), line(object{"amount": 2000, "type": "decrease"})...)}, nil},
		"a label of 2":                     {object{"lineItem": line(object{"label": "ab"})}, []string{`["lineItem",0,"label"]`}},
		"a label of 3":                     {object{"lineItem": line(object{"label": "abc"})}, nil},
		"a label of 3 with spaces at it":   {object{"lineItem": line(object{"label": " ab"})}, nil},
		"a blank label":                    {object{"lineItem": line(object{"label": "   "})}, []string{`["lineItem",0,"label"]`}},
		"a label with a line end":          {object{"lineItem": line(object{"label": "ab\nc"})}, []string{`["lineItem",0,"label"]`}},
		"a label of 255":                   {object{"lineItem": line(object{"label": strings.Repeat("ä", 255)})}, nil},
		"a label of 256":                   {object{"lineItem": line(object{"label": strings.Repeat("x", 256)})}, []string{`["lineItem",0,"label"]`}},
		"without a label":                  {object{"lineItem": line(object{"label": nil})}, []string{`["lineItem",0,"label"]`}},
		"an amount of 0":                   {object{"lineItem": line(object{"amount": 0})}, []string{`["lineItem",0,"amount"]`}},
		"an amount with a fraction":        {object{"lineItem": line(object{"amount": 0.5})}, []string{`["lineItem",0,"amount"]`}},
		"without an amount":                {object{"lineItem": line(object{"amount": nil})}, []string{`["lineItem",0,"amount"]`}},
		"an unknown type":                  {object{"lineItem": line(object{"type": "add"})}, []string{`["lineItem",0,"type"]`}},
		"without a type":                   {object{"lineItem": line(object{"type": nil})}, []string{`["lineItem",0,"type"]`}},
		"201 lines":                        {object{"lineItem": many, "total": 10050}, []string{`["lineItem"]`}},
		"200 lines":                        {object{"lineItem": many[:200]}, nil},
		"a webhook at http://localhost":    {object{"webhookUrl": "http://localhost/hook"}, nil},
		"a webhook that is no address":     {object{"webhookUrl": "shop.example.test/hook"}, []string{`["webhookUrl"]`}},
		"a webhook by mail":                {object{"webhookUrl": "mailto:a@shop.example.test"}, []string{`["webhookUrl"]`}},
		"a webhook with a password":        {object{"webhookUrl": "https://a:b@shop.example.test/"}, []string{`["webhookUrl"]`}},
		"a webhook without a host":         {object{"webhookUrl": "https://:80/"}, []string{`["webhookUrl"]`}},
		"a webhook at a lone dot":          {object{"webhookUrl": "http://./hook"}, []string{`["webhookUrl"]`}},
		"an empty webhook":                 {object{"webhookUrl": ""}, []string{`["webhookUrl"]`}},
		"an endless webhook":               {object{"webhookUrl": "https://shop.example.test/" + strings.Repeat("x", 2048)}, []string{`["webhookUrl"]`}},
		"a secret of 9":                    {object{"webhookSecret": "123456789"}, []string{`["webhookSecret"]`}},
		"a secret of 10":                   {object{"webhookUrl": "https://shop.example.test/", "webhookSecret": "1234567890"}, nil},
		"a secret of 255":                  {object{"webhookUrl": "https://shop.example.test/", "webhookSecret": strings.Repeat("x", 255)}, nil},
		"a secret of 256":                  {object{"webhookSecret": strings.Repeat("x", 256)}, []string{`["webhookSecret"]`}},
		"a secret of 255 wide characters":  {object{"webhookUrl": "https://shop.example.test/", "webhookSecret": strings.Repeat("ä", 255)}, nil},
		"a secret of 256 wide characters":  {object{"webhookSecret": strings.Repeat("ä", 256)}, []string{`["webhookSecret"]`}},
		"a secret of 9 wide characters":    {object{"webhookSecret": strings.Repeat("😀", 9)}, []string{`["webhookSecret"]`}},
		"a secret with a space at its end": {object{"webhookUrl": "https://shop.example.test/", "webhookSecret": "123456789 "}, nil},
		"a secret with a line end":         {object{"webhookSecret": "1234567890\n"}, []string{`["webhookSecret"]`}},
		"a secret without a webhook":       {object{"webhookSecret": "1234567890"}, nil},
		"a redirection to no host name":    {object{"redirectionUrl": "https://a.example;b/x"}, []string{`["redirectionUrl"]`}},
		"a redirection to all hosts":       {object{"redirectionUrl": "https://*.example/x"}, []string{`["redirectionUrl"]`}},
		"a redirection to other letters":   {object{"redirectionUrl": "https://متجر.example/x"}, nil},
		"a redirection with an underscore": {object{"redirectionUrl": "https://my_shop.example/x"}, nil},
		"a redirection to a number":        {object{"redirectionUrl": "http://[::1]:8080/x"}, nil},
		"a redirection that is none":       {object{"redirectionUrl": "javascript:alert(1)"}, []string{`["redirectionUrl"]`}},
		"a life of 0m":                     {object{"linkExpiresIn": "0m"}, []string{`["linkExpiresIn"]`}},
		"a life of 1m":                     {object{"linkExpiresIn": "1m"}, nil},
		"a life of 30d":                    {object{"linkExpiresIn": "30d"}, nil},
		"a life of 31d":                    {object{"linkExpiresIn": "31d"}, []string{`["linkExpiresIn"]`}},
		"a life of 1w":                     {object{"linkExpiresIn": "1w"}, []string{`["linkExpiresIn"]`}},
		"a life of 720h":                   {object{"linkExpiresIn": "720h"}, nil},
		"a life of 721h":                   {object{"linkExpiresIn": "721h"}, []string{`["linkExpiresIn"]`}},
		"a life of nothing":                {object{"linkExpiresIn": ""}, []string{`["linkExpiresIn"]`}},
		"a member nobody knows":            {object{"colour": "blue"}, nil},
		"everything at once": {
			object{
				"total": 1, "currency": "USD", "referenceId": 7, "webhookSecret": "short", "webhookUrl": true, "linkExpiresIn": "1w", "env": "x",
				"lineItem": []any{object{"label": "a", "amount": "1", "type": 1}, "x"},
			},
			[]string{
				`["currency"]`, `["env"]`, `["lineItem",0,"amount"]`, `["lineItem",0,"label"]`, `["lineItem",0,"type"]`, `["lineItem",1]`,
				`["linkExpiresIn"]`, `["referenceId"]`, `["total"]`, `["webhookSecret"]`, `["webhookUrl"]`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := w.Int(t, `SELECT COUNT(*) FROM links WHERE reference = $1`, name)
			body := newLink(name, c.more)
			if _, given := c.more["referenceId"]; !given {
				body["referenceId"] = name
			}
			got := w.ask(t, http.MethodPost, "/api/v1/links", body)
			if c.wrong == nil {
				got.wants(t, http.StatusCreated)
				return
			}
			got.wants(t, http.StatusUnprocessableEntity)
			if failed := got.failed(t); !slices.Equal(failed, c.wrong) {
				t.Errorf("names %q, want %q", failed, c.wrong)
			}
			if after := w.Int(t, `SELECT COUNT(*) FROM links WHERE reference = $1`, name); after != before {
				t.Error("it was made all the same")
			}
		})
	}
}

// 400 is for what is no JSON alone (spec/wayl.md §8). PHP writes [] for no
// members at all, which is told as such.
func TestABodyThatIsNoObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, required := range map[string][]string{
		"/api/v1/links": {`["currency"]`, `["referenceId"]`, `["total"]`}, "/api/v1/refunds": {`["amount"]`, `["reason"]`, `["referenceId"]`},
	} {
		for body, kind := range map[string]string{"[]": "an array", `["order-1"]`: "an array", "null": "null", `"x"`: "a string", "7": "a number"} {
			got := w.ask(t, http.MethodPost, path, body).wants(t, http.StatusUnprocessableEntity)
			if failed := got.failed(t); got.body["message"] != "The body must be a JSON object, got "+kind || !slices.Equal(failed, required) {
				t.Errorf("%s with %s: %s", path, body, got.Body)
			}
		}
		for _, body := range []string{"", "[", `{"total":}`, "order-1"} {
			w.ask(t, http.MethodPost, path, body).wants(t, http.StatusBadRequest)
		}
	}
}

func TestCreateLinkConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustCreate(t, "order-1", nil)
	again := w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", object{"total": 20000})).wants(t, http.StatusConflict)
	if message := again.body["message"].(string); !strings.Contains(message, "referenceId") || again.body["errors"] != nil {
		t.Errorf("%s", again.Body)
	}
	if got := w.mustGet(t, "order-1"); got["total"] != "10000" {
		t.Errorf("the first link is now %v", got)
	}
	w.ask(t, http.MethodPost, "/api/v1/links/order-1/invalidate", nil).wants(t, http.StatusCreated)
	w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", nil)).wants(t, http.StatusConflict)
	// Another store has names of its own.
	w.askAs(t, w.stranger, http.MethodPost, "/api/v1/links", newLink("order-1", nil)).wants(t, http.StatusCreated)
}

func TestALiveLinkNeedsAnApprovedStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", object{"env": "live"})).wants(t, http.StatusForbidden)
	if message := refused.body["message"].(string); !strings.HasPrefix(message, "Store must be verified to create payment links.") {
		t.Errorf("message %q", message)
	}
	w.mustCreate(t, "order-1", object{"env": "test"})
	w.mustApproveStore(t)
	made := w.mustCreate(t, "order-2", object{"env": "live"})
	if _, told := made["env"]; told {
		t.Error("the environment was echoed")
	}
	// One token and one namespace serve both.
	w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", object{"env": "live"})).wants(t, http.StatusConflict)
	if got := w.ask(t, http.MethodGet, "/api/v1/links", nil).list(t); len(got) != 2 {
		t.Errorf("listed %v", got)
	}
}

func TestALiveLinkNeedsSomebodyWhoTakesTheMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(w.Shop.Shop.ID)
		shop.ProdEnabled = true
		r.UpdateStore(shop)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := w.ask(t, http.MethodPost, "/api/v1/links", newLink("order-1", object{"env": "live"})).wants(t, http.StatusForbidden)
	if message := refused.body["message"].(string); !strings.Contains(message, "not enabled") || !strings.Contains(message, "tillway store set") {
		t.Errorf("message %q", message)
	}
}

func TestTheDefaultEnvironment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		configured pay.Env
		want       pay.Env
	}{"live unless told": {"", pay.Prod}, "test in development": {pay.Test, pay.Test}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c2 *wayl.Config) { c2.DefaultEnv = c.configured })
			w.mustApproveStore(t)
			w.mustCreate(t, "order-1", object{"env": nil})
			if n := w.Int(t, `SELECT COUNT(*) FROM links WHERE env = $1`, string(c.want)); n != 1 {
				t.Errorf("the link is not in %s", c.want)
			}
		})
	}
}

func TestALinkExpiresForReadersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustCreate(t, "order-1", object{"linkExpiresIn": "1m"})
	w.Clock.Advance(time.Minute)
	if got := w.mustGet(t, "order-1"); got["status"] != "Cancelled" || got["updatedAt"] != "2026-11-20T12:01:00.000Z" {
		t.Errorf("read %v", got)
	}
	for statuses, want := range map[string]int{"Cancelled": 1, "Created": 0} {
		if got := w.ask(t, http.MethodGet, "/api/v1/links?statuses="+statuses, nil).list(t); len(got) != want {
			t.Errorf("%s lists %v", statuses, got)
		}
	}
}

func TestWhereWebhooksOfALiveLinkMayGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustApproveStore(t)
	for name, c := range map[string]struct {
		env, url string
		refused  []string
	}{
		"a public address": {"live", "https://shop.example.test/hook", nil},
		"a private one":    {"live", "https://10.0.0.7/hook", []string{`["webhookUrl"]`}},
		"a private one in the test environment waits": {"test", "https://10.0.0.7/hook", nil},
	} {
		answer := w.ask(t, http.MethodPost, "/api/v1/links", newLink("vet-"+w.IDs.Code(), object{"env": c.env, "webhookUrl": c.url}))
		if failed := answer.failed(t); !slices.Equal(failed, c.refused) {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}
