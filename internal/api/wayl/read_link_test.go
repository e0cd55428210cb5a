package wayl_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/link"
	"tillway/internal/pay"
)

func references(list []any) (names []string) {
	for _, one := range list {
		names = append(names, one.(object)["referenceId"].(string))
	}
	return names
}

func TestListLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 12 {
		w.mustCreate(t, fmt.Sprintf("order-%02d", n), nil)
		w.Clock.Advance(time.Second)
	}
	w.mustPay(t, "paid")
	w.ask(t, http.MethodPost, "/api/v1/links/order-05/invalidate", nil).wants(t, http.StatusCreated)
	w.askAs(t, w.stranger, http.MethodPost, "/api/v1/links", newLink("foreign", nil)).wants(t, http.StatusCreated)
	for query, want := range map[string]string{
		"":                                     "paid order-11 order-10 order-09 order-08 order-07 order-06 order-05 order-04 order-03",
		"take=3":                               "paid order-11 order-10",
		"take=3&skip=2":                        "order-10 order-09 order-08",
		"take=0":                               "",
		"skip=12":                              "order-00",
		"skip=99":                              "",
		"skip=3000000000":                      "",
		"skip=9223372036854775807":             "",
		"statuses=Complete":                    "paid",
		"statuses=Cancelled&statuses=Complete": "paid order-05",
		"statuses=Cancelled,Complete":          "paid order-05",
		"statuses[]=Cancelled&statuses[]=Complete":   "paid order-05",
		"statuses[0]=Cancelled&statuses[1]=Complete": "paid order-05",
		"statuses%5B0%5D=Cancelled":                  "order-05",
		"statuses[0]=Cancelled,Complete":             "paid order-05",
		"statuses[x]=Cancelled&take=1":               "paid", // no member of Wayl's
		"statuses=Delivered":                         "",
		"statuses=Created&take=2&skip=6":             "order-04 order-03",
	} {
		got := w.ask(t, http.MethodGet, "/api/v1/links?"+query, nil).wants(t, http.StatusOK)
		if names := strings.Join(references(got.list(t)), " "); names != want {
			t.Errorf("%s lists %q, want %q", query, names, want)
		}
	}
	for _, take := range []string{"100000", "2147483648", "99999999999", "9223372036854775807", "0100"} {
		if got := w.ask(t, http.MethodGet, "/api/v1/links?take="+take, nil).wants(t, http.StatusOK).list(t); len(got) != 13 {
			t.Errorf("a take of %s lists %d", take, len(got))
		}
	}
	for query, path := range map[string]string{
		"take=x": `["take"]`, "take=-1": `["take"]`, "take=1.5": `["take"]`, "take=": `["take"]`, "take=+5": `["take"]`, "take=1_0": `["take"]`,
		"take=%zz": `["take"]`, "skip=1;2": `["skip"]`, "statuses=%": `["statuses"]`, "statuses[0]=%zz": `["statuses",0]`, "t%zz=1": `["t%zz"]`, "=%zz": `["query"]`, "[=%zz": `["query"]`,
		"skip=-1": `["skip"]`, "skip=x": `["skip"]`, "statuses=Paid": `["statuses"]`, "statuses=created": `["statuses"]`, "statuses=": `["statuses"]`,
		"statuses=Complete,": `["statuses"]`, "statuses[]=x": `["statuses"]`, "statuses[0]=x": `["statuses"]`,
	} {
		got := w.ask(t, http.MethodGet, "/api/v1/links?"+query, nil).wants(t, http.StatusUnprocessableEntity)
		if failed := got.failed(t); !slices.Equal(failed, []string{path}) {
			t.Errorf("%s names %q", query, failed)
		}
	}
	both := w.ask(t, http.MethodGet, "/api/v1/links?take=x&skip=y&statuses=z", nil).wants(t, http.StatusUnprocessableEntity)
	if failed := both.failed(t); len(failed) != 3 {
		t.Errorf("names %q", failed)
	}
}

// Every list has the same default and the same cap (spec/wayl.md §2.2, §3, §4).
func TestTheCapOfALists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.mustCreate(t, "order", object{"total": 200_000})
	w.mustPress(t, made["code"].(string), "4111111111111111")
	for n := range 101 {
		w.mustCreate(t, fmt.Sprint("order-", n), nil)
		w.mustAskRefund(t, "order", object{"amount": 1000})
		w.mustSell(t, pay.NewProduct{Actor: w.Actor(), Name: fmt.Sprint("Guide ", n), Prices: pay.Prices{{Amount: dinars(1000), TaxCategory: pay.Ebook}}})
	}
	for _, list := range []string{"links", "refunds", "products"} {
		for query, want := range map[string]int{"": 10, "?take=100": 100, "?take=101": 100, "?take=99999999999": 100, "?skip=3000000000": 0, "?take=0": 0} {
			if got := w.ask(t, http.MethodGet, "/api/v1/"+list+query, nil).wants(t, http.StatusOK).list(t); len(got) != want {
				t.Errorf("%s%s lists %d, want %d", list, query, len(got), want)
			}
		}
		w.ask(t, http.MethodGet, "/api/v1/"+list+"?take=%zz", nil).wants(t, http.StatusUnprocessableEntity)
	}
}

// References are one segment of the path, whatever is in them.
func TestReferencesInPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, reference := range []string{
		"order-1", "a/b", "a//b", "/a/", "..", "../x", "a b", "a+b", "a%b", "a%2Fb", "ä€😀", "a?b#c", "batch", "invalidate", ".", "{x}", "a;b", "a\\b", "علي",
	} {
		w.mustCreate(t, reference, nil)
		path := "/api/v1/links/" + url.PathEscape(reference)
		if reference == "." || reference == ".." {
			path = "/api/v1/links/" + strings.ReplaceAll(reference, ".", "%2E")
		}
		if got := w.ask(t, http.MethodGet, path, nil); got.Code != http.StatusOK || got.data(t)["referenceId"] != reference {
			t.Errorf("%q: %d %s", reference, got.Code, got.Body)
		}
		if got := w.ask(t, http.MethodPost, path+"/invalidate-if-pending", nil); got.Code != http.StatusCreated || got.data(t)["status"] != "Cancelled" {
			t.Errorf("%q: %d %s", reference, got.Code, got.Body)
		}
		if got := w.ask(t, http.MethodPost, path+"/invalidate", nil); got.Code != http.StatusCreated || got.data(t)["referenceId"] != reference {
			t.Errorf("%q: %d %s", reference, got.Code, got.Body)
		}
	}
	for _, path := range []string{
		"/api/v1/links/unknown", "/api/v1/links/a%00b", "/api/v1/links/%FF", "/api/v1/links/" + strings.Repeat("x", 300), "/api/v1/links//order-1",
		"/api/v1/links/order-1/", "/api/v1/links/a/b",
	} {
		missing := w.ask(t, http.MethodGet, path, nil).wants(t, http.StatusNotFound).Body.String()
		if inside := !strings.Contains(strings.TrimPrefix(path, "/api/v1/links/"), "/"); inside && missing != `{"success":false,"message":"Link not found"}` {
			t.Errorf("%s: %s", path, missing)
		}
		w.ask(t, http.MethodPost, path+"/invalidate", nil).wants(t, http.StatusNotFound)
		w.ask(t, http.MethodPost, path+"/invalidate-if-pending", nil).wants(t, http.StatusNotFound)
	}
	w.askAs(t, w.stranger, http.MethodGet, "/api/v1/links/order-1", nil).wants(t, http.StatusNotFound)
}

func TestInvalidate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "paid")
	if got := w.ask(t, http.MethodPost, "/api/v1/links/paid/invalidate", nil).wants(t, http.StatusConflict); got.body["errors"] != nil {
		t.Errorf("%s", got.Body)
	}
	if got := w.ask(t, http.MethodPost, "/api/v1/links/paid/invalidate-if-pending", nil).wants(t, http.StatusCreated).data(t); got["status"] != "Complete" {
		t.Errorf("%v", got)
	}
	for reference, to := range map[string]link.Status{"delivered": link.Delivered, "returned": link.Returned, "rejected": link.Rejected} {
		if to == link.Rejected {
			w.mustDetail(t, w.mustCreate(t, reference, nil)["code"].(string))
		} else {
			w.mustPay(t, reference)
		}
		before := w.mustMark(t, reference, to)
		w.ask(t, http.MethodPost, "/api/v1/links/"+reference+"/invalidate", nil).wants(t, http.StatusConflict)
		left := w.ask(t, http.MethodPost, "/api/v1/links/"+reference+"/invalidate-if-pending", nil).wants(t, http.StatusCreated).data(t)
		if left["status"] != string(to) || fmt.Sprint(left) != fmt.Sprint(before) {
			t.Errorf("%s was left as %v, not %v", reference, left, before)
		}
	}
	// A body is not read, whatever is in it.
	w.mustCreate(t, "order-1", nil)
	for _, body := range []any{nil, object{}, "{", "[]"} {
		if got := w.ask(t, http.MethodPost, "/api/v1/links/order-1/invalidate", body).wants(t, http.StatusCreated).data(t); got["status"] != "Cancelled" {
			t.Errorf("%v", got)
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustCreate(t, "order-1", nil)
	w.mustCreate(t, "order-2", nil)
	w.askAs(t, w.stranger, http.MethodPost, "/api/v1/links", newLink("order-3", nil)).wants(t, http.StatusCreated)
	got := w.ask(t, http.MethodPost, "/api/v1/links/batch", object{"referenceIds": []any{"order-2", "order-3", "order-1"}}).wants(t, http.StatusOK)
	if names := references(got.list(t)); !slices.Equal(names, []string{"order-2", "order-1"}) || got.body["totalRequested"] != 3.0 ||
		got.body["totalFound"] != 2.0 || got.body["message"] != "Found 2 links out of 3 requested reference IDs" {
		t.Errorf("%s", got.Body)
	}
	if twice := w.ask(t, http.MethodPost, "/api/v1/links/batch", object{"referenceIds": []any{"order-1", "order-1", "a\x00"}}); len(twice.list(t)) != 1 {
		t.Errorf("%s", twice.Body)
	}
	full := make([]any, 101)
	for i := range full {
		full[i] = fmt.Sprint("order-", i)
	}
	w.ask(t, http.MethodPost, "/api/v1/links/batch", object{"referenceIds": full[:100]}).wants(t, http.StatusOK)
	for name, body := range map[string]any{
		"a list": `["order-1"]`, "null itself": "null", "a word": `"x"`, "a number": "1",
		"nothing": object{}, "null": object{"referenceIds": nil}, "none": object{"referenceIds": []any{}}, "101": object{"referenceIds": full},
		"a text": object{"referenceIds": "order-1"}, "numbers": object{"referenceIds": []any{1, 2}}, "null among them": object{"referenceIds": []any{nil}},
	} {
		bad := w.ask(t, http.MethodPost, "/api/v1/links/batch", body).wants(t, http.StatusUnprocessableEntity)
		if bad.body["message"] != "Invalid request. Please provide an array of referenceIds (1-100 items)." || len(bad.failed(t)) == 0 ||
			!strings.HasPrefix(bad.failed(t)[0], `["referenceIds"`) {
			t.Errorf("%s: %s", name, bad.Body)
		}
	}
	w.ask(t, http.MethodPost, "/api/v1/links/batch", "{").wants(t, http.StatusBadRequest)
	// By GET, batch is a link's own name.
	w.ask(t, http.MethodGet, "/api/v1/links/batch", nil).wants(t, http.StatusNotFound)
	w.mustCreate(t, "batch", nil)
	if got := w.mustGet(t, "batch"); got["referenceId"] != "batch" {
		t.Errorf("%v", got)
	}
}

func TestAPaidLinkSaysHow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Clock.Advance(time.Minute)
	paid := w.mustPay(t, "order-1")
	if paid["status"] != "Complete" || paid["paymentMethod"] != "Card" || paid["reversable"] != true || paid["completedAt"] != "2026-11-20T12:01:00.000Z" {
		t.Errorf("%v", paid)
	}
	delivered := w.mustMark(t, "order-1", link.Delivered)
	if delivered["status"] != "Delivered" || delivered["paymentMethod"] != "Card" || delivered["reversable"] != true || delivered["completedAt"] != paid["completedAt"] {
		t.Errorf("%v", delivered)
	}
	w.mustDecide(t, w.mustAskRefund(t, "order-1", object{"amount": 10000})["id"].(string), true)
	returned := w.mustGet(t, "order-1")
	if returned["status"] != "Returned" || returned["paymentMethod"] != "Card" || returned["reversable"] != false || returned["completedAt"] != paid["completedAt"] {
		t.Errorf("%v", returned)
	}
	made := w.mustCreate(t, "order-2", nil)
	w.mustPress(t, made["code"].(string), "4576750000001574")
	if got := w.mustGet(t, "order-2"); got["status"] != "Processing" || got["paymentMethod"] != nil || got["reversable"] != false {
		t.Errorf("%v", got)
	}
	err := w.Core.View(t.Context(), func(r pay.Records) error {
		_, err := r.SessionByHandle(made["id"].(string))
		return err
	})
	if err != nil {
		t.Errorf("the link's id names no page: %v", err)
	}
}
