package diddo_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/cart"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

const webhooks = "/diddo/webhook"

func TestAWebhookFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.ask(t, http.MethodPost, webhooks, object{
		"url": hookURL, "events": []any{"checkout.succeeded", "order.submitted", "checkout.succeeded"}, "description": "Orders",
	}).wants(t, http.StatusCreated).body(t)
	one := webhooks + "/" + made["id"].(string)
	if secret, _ := made["secret"].(string); !strings.HasPrefix(secret, "whsec_") || len(secret) < 38 {
		t.Errorf("the secret is %q", secret)
	}
	if fmt.Sprint(made["events"]) != "[checkout.succeeded order.submitted]" || made["active"] != true || made["description"] != "Orders" {
		t.Errorf("made %v", made)
	}
	if sealed := w.Int(t, `SELECT COUNT(*) FROM webhook_endpoints WHERE CAST(secret AS TEXT) LIKE 'whsec_%'`); sealed != 0 {
		t.Error("the secret is stored as it is")
	}
	shown := w.ask(t, http.MethodGet, one, nil).wants(t, http.StatusOK).body(t)
	if _, again := shown["secret"]; again || shown["url"] != hookURL {
		t.Errorf("shown %v", shown)
	}
	w.Clock.Advance(time.Second)
	changed := w.ask(t, http.MethodPut, one, object{"active": false, "unknown": 1}).wants(t, http.StatusOK).body(t)
	if changed["active"] != false || changed["url"] != hookURL || changed["description"] != "Orders" || changed["updated_at"] == made["updated_at"] {
		t.Errorf("changed %v", changed)
	}
	gone := w.ask(t, http.MethodDelete, one, nil).wants(t, http.StatusOK).body(t)
	if gone["id"] != made["id"] || gone["deleted"] != true {
		t.Errorf("gone %v", gone)
	}
	w.ask(t, http.MethodGet, one, nil).refused(t, http.StatusNotFound, "WEBHOOK_NOT_FOUND", "")
	w.ask(t, http.MethodDelete, one, nil).refused(t, http.StatusNotFound, "WEBHOOK_NOT_FOUND", "")
}

// longURL is a URL of so many characters.
func longURL(long int) string {
	const front = "https://a.example.test/"
	return front + strings.Repeat("x", long-len(front))
}

func TestAWebhookChangesMemberByMember(t *testing.T) {
	t.Parallel()
	for member, value := range map[string]any{
		"url": "https://other.example.test/", "events": []any{"order.submitted", "checkout.failed"}, "description": "Other", "active": false,
	} {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			made := w.ask(t, http.MethodPost, webhooks, object{"url": hookURL, "events": []any{"checkout.failed"}, "description": "Orders"}).
				wants(t, http.StatusCreated).body(t)
			one := webhooks + "/" + made["id"].(string)
			w.Clock.Advance(time.Second)
			changed := w.ask(t, http.MethodPut, one, object{member: value}).wants(t, http.StatusOK).body(t)
			shown := w.ask(t, http.MethodGet, one, nil).wants(t, http.StatusOK).body(t)
			want := made
			delete(want, "secret")
			want[member], want["updated_at"] = value, "2026-11-20T12:00:01Z"
			if !reflect.DeepEqual(shown, want) || !reflect.DeepEqual(changed, want) {
				t.Errorf("changed to %v, shown as %v, want %v", changed, shown, want)
			}
		})
	}
}

func TestEventsThatAreRepeatedCountOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var many []any
	for range 101 {
		many = append(many, "checkout.failed", "order.submitted")
	}
	made := w.ask(t, http.MethodPost, webhooks, object{"url": longURL(2048), "events": many}).wants(t, http.StatusCreated).body(t)
	changed := w.ask(t, http.MethodPut, webhooks+"/"+made["id"].(string), object{"events": many[1:]}).wants(t, http.StatusOK).body(t)
	if fmt.Sprint(made["events"]) != "[checkout.failed order.submitted]" || fmt.Sprint(changed["events"]) != "[order.submitted checkout.failed]" {
		t.Errorf("made %v, changed to %v", made["events"], changed["events"])
	}
}

// The list of 400s of spec/diddo.md §2.
func TestWebhookBadRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := webhooks + "/" + w.mustHook(t, hookURL, "checkout.failed")["id"].(string)
	good := func(change object) object {
		body := object{"url": "https://other.example.test", "events": []any{"checkout.failed"}}
		for name, value := range change {
			body[name] = value
		}
		return body
	}
	const bad = http.StatusBadRequest
	for name, c := range map[string]struct {
		method, path string
		body         any
		field        string
	}{
		"bad JSON":                        {http.MethodPost, webhooks, `{"url":`, ""},
		"no body":                         {http.MethodPost, webhooks, nil, ""},
		"no URL":                          {http.MethodPost, webhooks, object{"events": []any{"checkout.failed"}}, "url"},
		"an empty URL":                    {http.MethodPost, webhooks, good(object{"url": ""}), "url"},
		"a URL that is null":              {http.MethodPost, webhooks, good(object{"url": nil}), "url"},
		"plain http":                      {http.MethodPost, webhooks, good(object{"url": "http://other.example.test"}), "url"},
		"a URL with credentials":          {http.MethodPost, webhooks, good(object{"url": "https://a:b@other.example.test"}), "url"},
		"a private address":               {http.MethodPost, webhooks, good(object{"url": "https://10.0.0.7/hook"}), "url"},
		"a URL of another type":           {http.MethodPost, webhooks, good(object{"url": 7}), "url"},
		"no events":                       {http.MethodPost, webhooks, object{"url": "https://other.example.test"}, "events"},
		"empty events":                    {http.MethodPost, webhooks, good(object{"events": []any{}}), "events"},
		"events that are null":            {http.MethodPost, webhooks, good(object{"events": nil}), "events"},
		"an unknown event":                {http.MethodPost, webhooks, good(object{"events": []any{"order.completed"}}), "events"},
		"a reserved event":                {http.MethodPost, webhooks, good(object{"events": []any{"refund.issued"}}), "events"},
		"events of another type":          {http.MethodPost, webhooks, good(object{"events": "checkout.failed"}), "events"},
		"a description that is null":      {http.MethodPost, webhooks, good(object{"description": nil}), "description"},
		"a description that is too long":  {http.MethodPost, webhooks, good(object{"description": strings.Repeat("x", 501)}), "description"},
		"an id that is no UUID":           {http.MethodGet, webhooks + "/7", nil, "id"},
		"an update of no UUID":            {http.MethodPut, webhooks + "/7", object{"active": true}, "id"},
		"a deletion of no UUID":           {http.MethodDelete, webhooks + "/7", nil, "id"},
		"an update of nothing":            {http.MethodPut, one, object{}, ""},
		"an update of what is unknown":    {http.MethodPut, one, object{"secret": "s"}, ""},
		"active that is null":             {http.MethodPut, one, object{"active": nil}, "active"},
		"active of another type":          {http.MethodPut, one, object{"active": "no"}, "active"},
		"an update to a null URL":         {http.MethodPut, one, object{"url": nil}, "url"},
		"an update to null events":        {http.MethodPut, one, object{"events": nil}, "events"},
		"an update to no events":          {http.MethodPut, one, object{"events": []any{}}, "events"},
		"an update to null description":   {http.MethodPut, one, object{"description": nil}, "description"},
		"an update to plain http":         {http.MethodPut, one, object{"url": "http://other.example.test"}, "url"},
		"an update with bad JSON":         {http.MethodPut, one, `{`, ""},
		"limit 0":                         {http.MethodGet, webhooks + "?limit=0", nil, "limit"},
		"limit 101":                       {http.MethodGet, webhooks + "?limit=101", nil, "limit"},
		"a limit that is no number":       {http.MethodGet, webhooks + "?limit=ten", nil, "limit"},
		"an empty limit":                  {http.MethodGet, webhooks + "?limit=", nil, "limit"},
		"an unreadable limit":             {http.MethodGet, webhooks + "?limit=%zz", nil, "limit"},
		"a query with a semicolon":        {http.MethodGet, webhooks + "?limit=0;x", nil, "limit"},
		"an unreadable member":            {http.MethodGet, webhooks + "?%zz=1", nil, "%zz"},
		"a limit with a sign":             {http.MethodGet, webhooks + "?limit=%2B5", nil, "limit"},
		"a limit with a plus":             {http.MethodGet, webhooks + "?limit=+5", nil, "limit"},
		"a limit with zeros before it":    {http.MethodGet, webhooks + "?limit=005", nil, "limit"},
		"an offset of minus nothing":      {http.MethodGet, webhooks + "?offset=-0", nil, "offset"},
		"two states":                      {http.MethodGet, webhooks + "?active=true&active=true", nil, "active"},
		"two events":                      {http.MethodGet, webhooks + "?event=checkout.failed&event=checkout.failed", nil, "event"},
		"two cursors":                     {http.MethodGet, one + "/deliveries?after=&after=", nil, "after"},
		"an unreadable limit of a log":    {http.MethodGet, one + "/deliveries?limit=%zz", nil, "limit"},
		"a URL of 2,049":                  {http.MethodPost, webhooks, good(object{"url": longURL(2049)}), "url"},
		"an update to a URL of 2,049":     {http.MethodPut, one, object{"url": longURL(2049)}, "url"},
		"two limits":                      {http.MethodGet, webhooks + "?limit=1&limit=2", nil, "limit"},
		"offset -1":                       {http.MethodGet, webhooks + "?offset=-1", nil, "offset"},
		"an offset beyond all bounds":     {http.MethodGet, webhooks + "?offset=99999999999999999999", nil, "offset"},
		"active maybe":                    {http.MethodGet, webhooks + "?active=1", nil, "active"},
		"a filter of an unknown event":    {http.MethodGet, webhooks + "?event=order.completed", nil, "event"},
		"a test of an event that is none": {http.MethodPost, one + "/test", object{"event": "order.completed"}, "event"},
		"a test of null":                  {http.MethodPost, one + "/test", object{"event": nil}, "event"},
		"an overlap of more than 30 days": {http.MethodPost, one + "/rotate-secret", object{"overlap_hours": 721}, "overlap_hours"},
		"an overlap of less than nothing": {http.MethodPost, one + "/rotate-secret", object{"overlap_hours": -1}, "overlap_hours"},
		"an overlap of half an hour":      {http.MethodPost, one + "/rotate-secret", object{"overlap_hours": 0.5}, "overlap_hours"},
		"a cursor that is none":           {http.MethodGet, one + "/deliveries?after=x", nil, "after"},
		"a limit of deliveries":           {http.MethodGet, one + "/deliveries?limit=101", nil, "limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.ask(t, c.method, c.path, c.body).refused(t, bad, "INVALID_REQUEST", c.field)
		})
	}
}

func TestWebhookStatuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.mustHook(t, hookURL, "checkout.failed")["id"].(string)
	for _, key := range []string{"", "dk_test_unheard", "e30.e30.e30"} {
		for _, c := range [][2]string{
			{http.MethodPost, webhooks},
			{http.MethodGet, webhooks},
			{http.MethodGet, webhooks + "/" + mine},
			{http.MethodPut, webhooks + "/" + mine},
			{http.MethodDelete, webhooks + "/" + mine},
		} {
			w.askAs(t, key, c[0], c[1], nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
		}
	}
	// Another store, the other environment, and nobody: all find nothing.
	for key, id := range map[string]string{otherKey: mine, liveKey: mine, testKey: noWebhook} {
		one := webhooks + "/" + id
		for _, c := range []struct {
			method, path string
			body         any
		}{
			{http.MethodGet, one, nil},
			{http.MethodPut, one, object{"active": false}},
			{http.MethodDelete, one, nil},
			{http.MethodPost, one + "/test", nil},
			{http.MethodGet, one + "/deliveries", nil},
			{http.MethodPost, one + "/rotate-secret", nil},
		} {
			w.askAs(t, key, c.method, c.path, c.body).refused(t, http.StatusNotFound, "WEBHOOK_NOT_FOUND", "")
		}
	}
	w.ask(t, http.MethodGet, webhooks+"/"+strings.ToUpper(mine), nil).wants(t, http.StatusOK)
	cst := w.ask(t, http.MethodPost, "/diddo/checkout/cst", nil).wants(t, http.StatusOK).body(t)["cst"].(string)
	w.askAs(t, cst, http.MethodGet, webhooks, nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
	w.ask(t, http.MethodPatch, webhooks, nil).refused(t, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "")
	w.ask(t, http.MethodGet, "/diddo/elsewhere", nil).refused(t, http.StatusNotFound, "NOT_FOUND", "")
	for i := range 19 {
		w.mustHook(t, fmt.Sprintf("%s/%d", hookURL, i), "checkout.failed")
	}
	w.ask(t, http.MethodPost, webhooks, object{"url": hookURL + "/20", "events": []any{"checkout.failed"}}).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
}

func TestAURLHasOneWebhook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		same          bool
	}{
		"the same":                   {hookURL, hookURL, true},
		"in other letters":           {hookURL, "HTTPS://Platform.Example.TEST/hooks", true},
		"with the port it has":       {hookURL, "https://platform.example.test:443/hooks", true},
		"with a slash behind":        {hookURL, hookURL + "/", true},
		"without a slash behind":     {"https://platform.example.test/", "https://platform.example.test", true},
		"with two slashes behind":    {hookURL, hookURL + "//", false},
		"one with two and one":       {hookURL + "/", hookURL + "//", false},
		"with an escaped slash":      {hookURL, hookURL + "%2F", false},
		"a slash and an escaped one": {hookURL + "/", hookURL + "%2F", false},
		"an escaped slash and both":  {hookURL + "%2F", hookURL + "%2F/", true},
		"a slash that is escaped":    {"https://platform.example.test/a/b", "https://platform.example.test/a%2Fb", false},
		"two slashes within":         {"https://platform.example.test/a/b", "https://platform.example.test/a//b", false},
		"with another scheme's port": {hookURL, "https://platform.example.test:80/hooks", false},
		"another host":               {hookURL, "https://www.platform.example.test/hooks", false},
		"with another port":          {hookURL, "https://platform.example.test:8443/hooks", false},
		"with another path":          {hookURL, "https://platform.example.test/Hooks", false},
		"with a query":               {hookURL, hookURL + "?a=1", false},
		"with another spelt-out one": {hookURL + "?a=1", hookURL + "?a=2", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.mustHook(t, c.first, "checkout.failed")["id"].(string)
			second := w.ask(t, http.MethodPost, webhooks, object{"url": c.second, "events": []any{"checkout.failed"}})
			third := w.mustHook(t, "https://third.example.test", "checkout.failed")["id"].(string)
			changed := w.ask(t, http.MethodPut, webhooks+"/"+third, object{"url": c.second})
			if !c.same {
				second.wants(t, http.StatusCreated)
				changed.refused(t, http.StatusConflict, "WEBHOOK_ALREADY_EXISTS", "url")
				return
			}
			second.refused(t, http.StatusConflict, "WEBHOOK_ALREADY_EXISTS", "url")
			changed.refused(t, http.StatusConflict, "WEBHOOK_ALREADY_EXISTS", "url")
			// Its own URL is no other's, and another platform's is none of ours.
			w.ask(t, http.MethodPut, webhooks+"/"+first, object{"url": c.second}).wants(t, http.StatusOK)
			for _, key := range []string{otherKey, liveKey} {
				w.askAs(t, key, http.MethodPost, webhooks, object{"url": c.first, "events": []any{"checkout.failed"}}).wants(t, http.StatusCreated)
			}
		})
	}

	t.Run("also when two are made at once", func(t *testing.T) {
		t.Parallel()
		sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
			w := newWorldOn(t, db)
			var together sync.WaitGroup
			codes := make([]int, 8)
			for i := range codes {
				together.Go(func() {
					codes[i] = w.ask(t, http.MethodPost, webhooks, object{"url": hookURL, "events": []any{"checkout.failed"}}).Code
				})
			}
			together.Wait()
			slices.Sort(codes)
			if codes[0] != http.StatusCreated || codes[1] != http.StatusConflict || codes[7] != http.StatusConflict {
				t.Errorf("answered %v", codes)
			}
		})
	})
}

func TestTheListOfWebhooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []string
	for i, event := range []any{"checkout.failed", "checkout.succeeded", "checkout.failed"} {
		ids = append(ids, w.mustHook(t, fmt.Sprintf("%s/%d", hookURL, i), event)["id"].(string))
		w.Clock.Advance(time.Second)
	}
	w.ask(t, http.MethodPut, webhooks+"/"+ids[0], object{"active": false}).wants(t, http.StatusOK)
	w.askAs(t, otherKey, http.MethodPost, webhooks, object{"url": hookURL, "events": []any{"checkout.failed"}}).wants(t, http.StatusCreated)
	for query, c := range map[string]struct {
		want                 []string
		total, limit, offset int
	}{
		"":                                   {[]string{ids[2], ids[1], ids[0]}, 3, 20, 0},
		"?limit=1":                           {[]string{ids[2]}, 3, 1, 0},
		"?limit=1&offset=1":                  {[]string{ids[1]}, 3, 1, 1},
		"?offset=3":                          {nil, 3, 20, 3},
		"?offset=2000000000&limit=100":       {nil, 3, 100, 2000000000},
		"?active=true":                       {[]string{ids[2], ids[1]}, 2, 20, 0},
		"?active=false":                      {[]string{ids[0]}, 1, 20, 0},
		"?event=checkout.failed":             {[]string{ids[2], ids[0]}, 2, 20, 0},
		"?event=checkout.failed&active=true": {[]string{ids[2]}, 1, 20, 0},
		"?event=order.submitted":             {nil, 0, 20, 0},
		"?other=1":                           {[]string{ids[2], ids[1], ids[0]}, 3, 20, 0},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			list := w.ask(t, http.MethodGet, webhooks+query, nil).wants(t, http.StatusOK).body(t)
			var got []string
			for _, one := range list["webhooks"].([]any) {
				got = append(got, one.(object)["id"].(string))
			}
			if !slices.Equal(got, c.want) || list["total"] != float64(c.total) || list["limit"] != float64(c.limit) || list["offset"] != float64(c.offset) {
				t.Errorf("listed %v", list)
			}
		})
	}
}

func TestReservedEventsAreSwitchedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustSet(t, cart.ReservedEvents.Name, cart.On)
	one := w.mustHook(t, hookURL, "cart.submitted", "return.initiated", "refund.issued")["id"].(string)
	if total := w.ask(t, http.MethodGet, webhooks+"?event=refund.issued", nil).wants(t, http.StatusOK).body(t)["total"]; total != float64(1) {
		t.Errorf("listed %v", total)
	}
	live := w.mustBegin(t)["cart_id"].(string)
	w.mustPay(t, live, "4242424242424242")
	if born := w.deliveries(); len(born) != 1 || born[0].EventType != "cart.submitted" {
		t.Errorf("delivered %+v", born)
	}
	w.mustSet(t, cart.ReservedEvents.Name, "off")
	w.ask(t, http.MethodPut, webhooks+"/"+one, object{"events": []any{"cart.submitted"}}).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "events")
}

func TestWebhookExtensions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook := w.mustHook(t, hookURL, "checkout.failed", "order.submitted")
	one := webhooks + "/" + hook["id"].(string)

	sample := w.ask(t, http.MethodPost, one+"/test", nil).wants(t, http.StatusOK).body(t)
	named := w.ask(t, http.MethodPost, one+"/test", object{"event": "checkout.cancelled"}).wants(t, http.StatusOK).body(t)
	if sample["event"] != "checkout.failed" || named["event"] != "checkout.cancelled" || sample["status"] != "pending" || sample["delivery_id"] == named["delivery_id"] {
		t.Errorf("tested %v and %v", sample, named)
	}
	list := w.ask(t, http.MethodGet, one+"/deliveries?limit=1", nil).wants(t, http.StatusOK).body(t)
	rest := w.ask(t, http.MethodGet, one+"/deliveries?after="+list["next"].(string), nil).wants(t, http.StatusOK).body(t)
	if len(list["deliveries"].([]any)) != 1 || len(rest["deliveries"].([]any)) != 1 || rest["next"] != nil {
		t.Fatalf("listed %v and %v", list, rest)
	}
	if row := rest["deliveries"].([]any)[0].(object); row["test"] != true || row["status"] != "pending" || row["attempts"] != float64(0) {
		t.Errorf("listed %v", row)
	}

	rotated := w.ask(t, http.MethodPost, one+"/rotate-secret", object{"overlap_hours": 1}).wants(t, http.StatusOK).body(t)
	if rotated["secret"] == hook["secret"] || rotated["old_secret_until"] != "2026-11-20T13:00:00Z" {
		t.Errorf("rotated %v", rotated)
	}
	w.ask(t, http.MethodPost, one+"/rotate-secret", nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
	ended := w.ask(t, http.MethodPost, one+"/rotate-secret", object{"overlap_hours": 0}).wants(t, http.StatusOK).body(t)
	if ended["secret"] != rotated["secret"] || ended["old_secret_until"] != nil {
		t.Errorf("the overlap was ended by %v", ended)
	}

	w.ask(t, http.MethodPut, one, object{"active": false}).wants(t, http.StatusOK)
	w.ask(t, http.MethodPost, one+"/test", nil).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
}
