package diddo_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/cart"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func (a answer) cart(t *testing.T) object {
	t.Helper()
	return a.wants(t, http.StatusOK).body(t)["cart"].(object)
}

// quantities are the lines of a cart as it is shown.
func quantities(shown object) []float64 {
	list := []float64{}
	for _, s := range shown["stores"].([]any) {
		for _, line := range s.(object)["cart_lines"].([]any) {
			list = append(list, line.(object)["quantity"].(float64))
		}
	}
	return list
}

func total(shown object) any {
	if whole, ok := shown["cost"].(object)["total"].(object); ok {
		return whole["value"]
	}
	return nil
}

func TestACartIsFilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guide := string(w.Product.ID)
	add := func(body object) object { return w.ask(t, http.MethodPost, "/diddo/cart/add", body).cart(t) }
	made := add(object{"item": object{"variant_id": guide}})
	of := made["id"].(string)
	if made["template"] != true || made["status"] != "IN_PROGRESS" || total(made) != float64(2900) || made["checkout_id"] != nil {
		t.Errorf("made %v", made)
	}
	line := made["stores"].([]any)[0].(object)["cart_lines"].([]any)[0].(object)["variant"].(object)
	if line["title"] != "Guide" || line["is_available"] != true || line["price"].(object)["display_value"] != "$29.00" {
		t.Errorf("the line is %v", line)
	}
	for name, c := range map[string]struct {
		want  float64
		shown object
	}{
		"a quantity is one unless it is given": {1, made},
	} {
		if got := quantities(c.shown); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := quantities(add(w.item(of, guide, 2))); len(got) != 1 || got[0] != 3 {
		t.Errorf("more of it are %v", got)
	}
	update := func(quantity int) object {
		return w.ask(t, http.MethodPost, "/diddo/cart/update", w.item(of, guide, quantity)).cart(t)
	}
	if got := quantities(update(7)); len(got) != 1 || got[0] != 7 {
		t.Errorf("seven of it are %v", got)
	}
	if got := add(w.item(of, guide, 0)); len(quantities(got)) != 0 || total(got) != float64(0) {
		t.Errorf("none of it are %v", got)
	}
	if got := quantities(update(7)); len(got) != 0 {
		t.Errorf("an absent item became %v", got)
	}
	add(w.item(of, guide, 4))
	if got := quantities(w.ask(t, http.MethodDelete, "/diddo/cart/items", object{"cart_id": of, "variant_id": guide}).cart(t)); len(got) != 0 {
		t.Errorf("removed, it is %v", got)
	}
	w.ask(t, http.MethodGet, "/diddo/cart/"+strings.ToLower(of), nil).wants(t, http.StatusOK)
	if another := add(object{"cart_id": nil, "item": object{"variant_id": guide}}); another["id"] == of || another["template"] != true {
		t.Errorf("a cart_id that is null means %v", another)
	}
}

func TestACustomisedLineIsALineOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jersey := w.mustProduct(t, "Jersey", `{"customizations":[
		{"key":"name","type":"text","required":true},{"key":"size","type":"single_select","options":["M","L"]},
		{"key":"badges","type":"multi_select","options":["cup","league"]},{"key":"odd","type":"colour"}]}`, money.New(8950, "USD"))
	with := func(of string, quantity int, choices ...any) object {
		body := w.item(of, jersey, quantity)
		body["item"].(object)["customizations"] = choices
		return body
	}
	name := func(text string) object { return object{"key": "name", "text_value": text} }
	made := w.ask(t, http.MethodPost, "/diddo/cart/add", with("", 1, name("DOE"), object{"key": "badges", "value": []any{"cup", "league"}})).cart(t)
	of := made["id"].(string)
	w.ask(t, http.MethodPost, "/diddo/cart/add", with(of, 2, name("ROE"))).wants(t, http.StatusOK)
	shown := w.ask(t, http.MethodPost, "/diddo/cart/add", with(of, 1, object{"key": "badges", "value": []any{"cup", "league"}}, name("DOE"))).cart(t)
	if got := quantities(shown); len(got) != 2 || got[0] != 2 || got[1] != 2 {
		t.Errorf("the lines have %v", got)
	}
	w.ask(t, http.MethodPost, "/diddo/cart/update", w.item(of, jersey, 5)).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "item.customizations")
	if got := quantities(w.ask(t, http.MethodPost, "/diddo/cart/update", with(of, 5, name("ROE"))).cart(t)); got[1] != 5 {
		t.Errorf("the lines have %v", got)
	}
	w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, jersey, 0)).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "item.customizations")
	if got := quantities(w.ask(t, http.MethodPost, "/diddo/cart/add", with(of, 0, name("ROE"))).cart(t)); len(got) != 1 || got[0] != 2 {
		t.Errorf("without one of them the lines have %v", got)
	}
	if got := quantities(w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, jersey, 0)).cart(t)); len(got) != 0 {
		t.Errorf("without the only one of the variant the lines have %v", got)
	}
	for _, who := range []string{"DOE", "ROE"} {
		w.ask(t, http.MethodPost, "/diddo/cart/add", with(of, 1, name(who))).wants(t, http.StatusOK)
	}
	w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, string(w.Product.ID), 3)).wants(t, http.StatusOK)
	removed := w.ask(t, http.MethodDelete, "/diddo/cart/items", object{"cart_id": of, "variant_id": jersey}).cart(t)
	if got := quantities(removed); len(got) != 1 || got[0] != 3 {
		t.Errorf("removing a variant leaves lines of %v", got)
	}
	for what, choices := range map[string][]any{
		"without what is required": {},
		"with an unknown key":      {name("DOE"), object{"key": "sleeves", "text_value": "long"}},
		"with another option":      {name("DOE"), object{"key": "size", "value": "S"}},
		"with two of one":          {name("DOE"), object{"key": "size", "value": []any{"M", "L"}}},
		"with a text for a select": {name("DOE"), object{"key": "size", "text_value": "M"}},
		"with a value for a text":  {object{"key": "name", "value": "DOE"}},
		"with too long a text":     {name(strings.Repeat("x", 501))},
		"with the same twice":      {name("DOE"), name("ROE")},
		"with a number":            {name("DOE"), object{"key": "size", "value": 7}},
		"without a key":            {name("DOE"), object{"value": "M"}},
	} {
		t.Run(what+" is refused", func(t *testing.T) {
			t.Parallel()
			w.ask(t, http.MethodPost, "/diddo/cart/add", with("", 1, choices...)).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "")
		})
	}
}

// The statuses of spec/diddo.md §4.
func TestCartStatuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guide := string(w.Product.ID)
	mine := w.mustTemplate(t)
	begun := w.mustBegin(t)["cart_id"].(string)
	retired := w.mustProduct(t, "Old", "", money.New(1, "USD"))
	paytest.MustRun(t, w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: pay.ProductID(retired), Actor: w.Actor(), Status: pay.ProductInactive, At: w.Core.Now(),
	})
	const none = "PROD_0000000000000000000001"
	parsed, err := id.ParseULID(mine)
	if err != nil {
		t.Fatal(err)
	}
	asUUID := parsed.String()
	changed := func(member string, value any) object {
		info := maps.Clone(jane)
		info[member] = value
		return object{"cart_id": begun, "buyer_info": info}
	}
	someone := object{"email": "jane@example.test"}
	for name, c := range map[string]struct {
		method, path string
		body         any
		status       int
		code, field  string
	}{
		"a cart that is none":         {http.MethodGet, "/diddo/cart/" + noCart, nil, 404, "CART_NOT_FOUND", ""},
		"its shipping":                {http.MethodGet, "/diddo/cart/" + noCart + "/shipping", nil, 404, "CART_NOT_FOUND", ""},
		"its status":                  {http.MethodGet, "/diddo/cart/status/" + noCart, nil, 404, "CART_NOT_FOUND", ""},
		"adding to it":                {http.MethodPost, "/diddo/cart/add", w.item(noCart, guide, 1), 404, "CART_NOT_FOUND", ""},
		"a cart's bad id":             {http.MethodGet, "/diddo/cart/7", nil, 400, "INVALID_REQUEST", "id"},
		"a bad id in a body":          {http.MethodPost, "/diddo/cart/add", w.item("7", guide, 1), 400, "INVALID_REQUEST", "cart_id"},
		"no item":                     {http.MethodPost, "/diddo/cart/add", object{}, 400, "INVALID_REQUEST", "item"},
		"no variant":                  {http.MethodPost, "/diddo/cart/add", object{"item": object{}}, 400, "INVALID_REQUEST", "item.variant_id"},
		"a variant that is none":      {http.MethodPost, "/diddo/cart/add", w.item("", none, 1), 400, "INVALID_REQUEST", "item.variant_id"},
		"a variant's bad id":          {http.MethodPost, "/diddo/cart/add", w.item("", "7", 1), 400, "INVALID_REQUEST", "item.variant_id"},
		"a variant not for sale":      {http.MethodPost, "/diddo/cart/add", w.item("", retired, 1), 400, "INVALID_REQUEST", "item.variant_id"},
		"less than none":              {http.MethodPost, "/diddo/cart/add", w.item("", guide, -1), 400, "INVALID_REQUEST", "item.quantity"},
		"more than there can be":      {http.MethodPost, "/diddo/cart/add", w.item("", guide, 10_001), 400, "INVALID_REQUEST", "item.quantity"},
		"more than there can be yet":  {http.MethodPost, "/diddo/cart/add", w.item(mine, guide, 9_999), 400, "INVALID_REQUEST", "item.quantity"},
		"an update without a cart":    {http.MethodPost, "/diddo/cart/update", w.item("", guide, 1), 400, "INVALID_REQUEST", "cart_id"},
		"an update in checkout":       {http.MethodPost, "/diddo/cart/update", w.item(begun, guide, 1), 400, "INVALID_REQUEST", ""},
		"a removal without a cart":    {http.MethodDelete, "/diddo/cart/items", object{"variant_id": guide}, 400, "INVALID_REQUEST", "cart_id"},
		"a removal of nothing":        {http.MethodDelete, "/diddo/cart/items", object{"cart_id": mine}, 400, "INVALID_REQUEST", "variant_id"},
		"a customer of no cart":       {http.MethodPost, "/diddo/cart/customer", object{"buyer_identity": someone}, 400, "INVALID_REQUEST", "cart_id"},
		"a customer of a bad id":      {http.MethodPost, "/diddo/cart/customerInfo", object{"id": "7", "buyer_identity": someone}, 400, "INVALID_REQUEST", "id"},
		"no customer":                 {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine}, 400, "INVALID_REQUEST", "buyer_identity"},
		"an empty customer":           {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine, "buyer_identity": object{}}, 400, "INVALID_REQUEST", "buyer_identity"},
		"a customer's bad address":    {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine, "buyer_identity": object{"email": "x"}}, 400, "INVALID_REQUEST", "buyer_identity.email"},
		"a customer's bad country":    {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine, "buyer_identity": object{"country_code": "XX"}}, 400, "INVALID_REQUEST", "buyer_identity.country_code"},
		"a customer's long street":    {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine, "buyer_identity": object{"address_1": strings.Repeat("x", 256)}}, 400, "INVALID_REQUEST", "buyer_identity.address_1"},
		"half of a delivery":          {http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": begun, "buyer_info": someone}, 400, "INVALID_REQUEST", "buyer_info.first_name"},
		"a delivery without a cart":   {http.MethodPost, "/diddo/checkout/shipping", object{"buyer_info": jane}, 400, "INVALID_REQUEST", "cart_id"},
		"no delivery":                 {http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": begun}, 400, "INVALID_REQUEST", "buyer_info"},
		"a method that is none":       {http.MethodPost, "/diddo/cart/shipping/method", object{"cart_id": mine, "method_id": "drone"}, 400, "INVALID_REQUEST", "method_id"},
		"no method":                   {http.MethodPost, "/diddo/cart/shipping-method", object{"cart_id": mine}, 400, "INVALID_REQUEST", "method_id"},
		"a method of another store":   {http.MethodPost, "/diddo/cart/shipping/method", object{"cart_id": mine, "method_id": "standard", "store": string(w.stranger.ID)}, 400, "INVALID_REQUEST", "store"},
		"products beyond their limit": {http.MethodGet, "/diddo/products?limit=101", nil, 400, "INVALID_REQUEST", "limit"},
		"products before the first":   {http.MethodPost, "/diddo/products", object{"offset": -1}, 400, "INVALID_REQUEST", "offset"},
		"no products at all":          {http.MethodPost, "/diddo/products", object{"limit": 0}, 400, "INVALID_REQUEST", "limit"},
		"products by price":           {http.MethodGet, "/diddo/products?sort=price", nil, 400, "INVALID_REQUEST", "sort"},
		"a cart's id as a UUID":       {http.MethodGet, "/diddo/cart/" + asUUID, nil, 400, "INVALID_REQUEST", "id"},
		"a UUID in a body":            {http.MethodPost, "/diddo/cart/update", w.item(asUUID, guide, 1), 400, "INVALID_REQUEST", "cart_id"},
		"a code of a UUID":            {http.MethodGet, "/diddo/checkout/" + asUUID + "/qr", nil, 400, "INVALID_REQUEST", "cart_id"},
		"the older API with a UUID":   {http.MethodPost, "/diddo/checkout/" + asUUID, nil, 400, "INVALID_REQUEST", "cart_id"},
		"an empty id in a body":       {http.MethodPost, "/diddo/cart/add", object{"cart_id": "", "item": object{"variant_id": guide}}, 400, "INVALID_REQUEST", "cart_id"},
		"an update of an empty id":    {http.MethodPost, "/diddo/cart/update", object{"cart_id": "", "item": object{"variant_id": guide}}, 400, "INVALID_REQUEST", "cart_id"},
		"a blank customer":            {http.MethodPost, "/diddo/cart/customer", object{"cart_id": mine, "buyer_identity": object{"email": " ", "first_name": "\t", "city": "  "}}, 400, "INVALID_REQUEST", "buyer_identity"},
		"an empty delivery":           {http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": begun, "buyer_info": object{}}, 400, "INVALID_REQUEST", "buyer_info"},
		"a blank delivery":            {http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": begun, "buyer_info": object{"city": " "}}, 400, "INVALID_REQUEST", "buyer_info"},
		"a delivery's bad address":    {http.MethodPost, "/diddo/checkout/shipping", changed("email", "x"), 400, "INVALID_REQUEST", "buyer_info.email"},
		"a delivery's bad country":    {http.MethodPost, "/diddo/checkout/shipping", changed("country_code", "XX"), 400, "INVALID_REQUEST", "buyer_info.country_code"},
		"a delivery without a street": {http.MethodPost, "/diddo/checkout/shipping", changed("address1", ""), 400, "INVALID_REQUEST", "buyer_info.address1"},
		"products of a player":        {http.MethodGet, "/diddo/products?player=doe", nil, 400, "INVALID_REQUEST", "player"},
		"products of a team":          {http.MethodPost, "/diddo/products", object{"team": "reds"}, 400, "INVALID_REQUEST", "team"},
		"products with tags":          {http.MethodPost, "/diddo/products", object{"tags": []any{"sale"}}, 400, "INVALID_REQUEST", "tags"},
		"products with media":         {http.MethodGet, "/diddo/products?media=", nil, 400, "INVALID_REQUEST", "media"},
		"two searches":                {http.MethodGet, "/diddo/products?query=a&query=b", nil, 400, "INVALID_REQUEST", "query"},
		"two orders of products":      {http.MethodGet, "/diddo/products?sort=newest&sort=oldest", nil, 400, "INVALID_REQUEST", "sort"},
		"an unreadable search":        {http.MethodGet, "/diddo/products?query=%zz", nil, 400, "INVALID_REQUEST", "query"},
		"a long search":               {http.MethodGet, "/diddo/products?query=" + strings.Repeat("x", 65), nil, 400, "INVALID_REQUEST", "query"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.ask(t, c.method, c.path, c.body).refused(t, c.status, c.code, c.field)
		})
	}
	t.Run("a cart is another's, and of the other environment", func(t *testing.T) {
		t.Parallel()
		for _, key := range []string{otherKey, liveKey} {
			w.askAs(t, key, http.MethodGet, "/diddo/cart/"+mine, nil).refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
			w.askAs(t, key, http.MethodPost, "/diddo/cart/add", w.item(mine, guide, 1)).refused(t, http.StatusNotFound, "CART_NOT_FOUND", "")
		}
		w.askAs(t, otherKey, http.MethodPost, "/diddo/cart/add", w.item("", guide, 1)).refused(t, http.StatusBadRequest, "INVALID_REQUEST", "item.variant_id")
	})
	t.Run("a customer's token opens no cart of the store's server", func(t *testing.T) {
		t.Parallel()
		cst := w.ask(t, http.MethodPost, "/diddo/checkout/cst", nil).wants(t, http.StatusOK).body(t)["cst"].(string)
		w.askAs(t, cst, http.MethodGet, "/diddo/cart/"+mine, nil).refused(t, http.StatusForbidden, "FORBIDDEN", "")
		w.askAs(t, "", http.MethodGet, "/diddo/cart/"+mine, nil).refused(t, http.StatusUnauthorized, "UNAUTHORIZED", "")
	})
}

func TestACustomerMakesACartLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range [][2]string{{"/diddo/cart/customer", "cart_id"}, {"/diddo/cart/customerInfo", "id"}} {
		of := w.mustTemplate(t)
		shown := w.ask(t, http.MethodPost, c[0], object{c[1]: of, "buyer_identity": object{"first_name": " Jane ", "email": "Jane@Example.test", "country_code": "us"}}).cart(t)
		who := shown["buyer_identity"].(object)
		if shown["template"] != false || shown["id"] != of || who["first_name"] != "Jane" || who["country_code"] != "US" || who["email"] == "" {
			t.Errorf("%s: %v", c[0], shown)
		}
		// What is not said again stays.
		shown = w.ask(t, http.MethodPost, c[0], object{c[1]: of, "buyer_identity": object{"last_name": "Doe"}}).cart(t)
		if who := shown["buyer_identity"].(object); who["first_name"] != "Jane" || who["last_name"] != "Doe" {
			t.Errorf("%s: %v", c[0], who)
		}
	}
}

// Each of the ten members of a customer is where it belongs, by both spellings.
func TestEveryMemberOfABuyerIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := object{
		"first_name": "Jane", "last_name": "Doe", "address_1": "1 Main St", "address_2": "Flat 2", "city": "Springfield", "province_code": "IL",
		"country_code": "US", "postal_code": "62701", "email": "jane@example.test", "phone": "+15550100",
	}
	info := object{}
	for member, value := range want {
		info[strings.Replace(member, "address_", "address", 1)] = value
	}
	of := w.mustTemplate(t)
	w.ask(t, http.MethodPost, "/diddo/cart/customer", object{"cart_id": of, "buyer_identity": want}).wants(t, http.StatusOK)
	live := w.mustBegin(t)["cart_id"].(string)
	w.ask(t, http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": info}).wants(t, http.StatusOK)
	w.mustHook(t, hookURL, "order.submitted")
	w.mustPress(t, live, "4242424242424242")
	for _, one := range []string{of, live} {
		if got := w.ask(t, http.MethodGet, "/diddo/cart/"+one, nil).cart(t)["buyer_identity"].(object); !maps.Equal(got, want) {
			t.Errorf("the buyer is %v, want %v", got, want)
		}
	}
	if got := mustTold(t, w.deliveries()[0]).Data["buyer_info"].(object); !maps.Equal(got, info) {
		t.Errorf("the order is of %v, want %v", got, info)
	}
}

// What a cart tells of its store, and of a variant that is not sold any more.
func TestACartTellsOfItsStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	retired := w.mustProduct(t, "Old", "", money.New(100, "USD"))
	of := w.mustTemplate(t)
	w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, retired, 1)).wants(t, http.StatusOK)
	paytest.MustRun(t, w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: pay.ProductID(retired), Actor: w.Actor(), Status: pay.ProductInactive, At: w.Core.Now(),
	})
	shown := w.ask(t, http.MethodGet, "/diddo/cart/"+of, nil).cart(t)
	if shown["cost"].(object)["is_estimated"] != true {
		t.Errorf("before a checkout it costs %v", shown["cost"])
	}
	stores := shown["stores"].([]any)
	one := stores[0].(object)
	if len(stores) != 1 || one["store"] != string(w.Shop.Shop.ID) || one["request_id"] != of {
		t.Errorf("the stores are %v", stores)
	}
	offer := one["offer"].(object)
	gone := offer["not_available_ids"].([]any)
	if len(gone) != 1 || gone[0] != retired {
		t.Errorf("not available are %v", gone)
	}
	if subtotal, margin := offer["subtotal"].(object), offer["margin"].(object); subtotal["value"] != float64(5900) || margin["value"] != float64(0) || margin["currency"] != "USD" {
		t.Errorf("the offer is %v", offer)
	}
	for i, want := range []object{
		{"id": string(w.Product.ID), "title": "Guide", "marketplace": "Acme", "is_available": true},
		{"id": retired, "title": "Old", "marketplace": "Acme", "is_available": false},
	} {
		line := one["cart_lines"].([]any)[i].(object)
		for member, value := range want {
			if line["variant"].(object)[member] != value || line["product"].(object)[member] != value {
				t.Errorf("%s of line %d is not %v: %v", member, i, value, line)
			}
		}
	}
}

func TestACartIsPolled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.mustTemplate(t)
	poll := func(one string, want object) {
		t.Helper()
		if got := w.ask(t, http.MethodGet, "/diddo/cart/status/"+one, nil).wants(t, http.StatusOK).body(t); !maps.Equal(got, want) {
			t.Errorf("polled %v, want %v", got, want)
		}
	}
	poll(of, object{"cart_id": of, "status": "IN_PROGRESS", "checkout_status": nil, "order_id": nil})
	live := w.mustBegin(t)["cart_id"].(string)
	poll(live, object{"cart_id": live, "status": "IN_PROGRESS", "checkout_status": "initialized", "order_id": nil})
}

func TestShippingEntersTheTotal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.mustTemplate(t)
	methods := func(path string) []any {
		list := w.ask(t, http.MethodGet, path, nil).wants(t, http.StatusOK).body(t)
		return list["stores"].([]any)[0].(object)["methods"].([]any)
	}
	if got := methods("/diddo/cart/" + of + "/shipping"); len(got) != 1 || got[0].(object)["id"] != "standard" || got[0].(object)["price"].(object)["value"] != float64(0) {
		t.Errorf("without a setting there are %v", got)
	}
	w.mustSet(t, "diddo.shipping_methods",
		`[{"id":"parcel","title":"Parcel","price":"4.95"},{"id":"express","title":"Express","price":"9.90"},{"id":"odd","title":"Odd","price":"0.001"}]`)
	if got := methods("/diddo/cart/shipping-rates/" + of); len(got) != 2 || got[0].(object)["selected"] != true {
		t.Errorf("with one there are %v", got)
	}
	if got := w.ask(t, http.MethodGet, "/diddo/cart/"+of, nil).cart(t); total(got) != float64(5800+495) {
		t.Errorf("the first is the one unless another is chosen: %v", got["cost"])
	}
	if got := w.ask(t, http.MethodPost, "/diddo/cart/shipping-method", object{"cart_id": of, "method_id": "express"}).cart(t); total(got) != float64(5800+990) {
		t.Errorf("chosen: %v", got["cost"])
	}
	begun := w.ask(t, http.MethodPost, "/diddo/checkout/begin/"+of, nil).wants(t, http.StatusOK).body(t)
	live := begun["cart_id"].(string)
	if begun["amount"].(object)["value"] != float64(5800+990) {
		t.Errorf("begun with %v", begun)
	}
	// In checkout the choice changes the sale, before and after the consumer step.
	choose := func(method string) object {
		return w.ask(t, http.MethodPost, "/diddo/checkout/shipping/method", object{"cart_id": live, "method_id": method}).cart(t)
	}
	if got := choose("parcel"); total(got) != float64(5800+495) {
		t.Errorf("chosen in checkout: %v", got["cost"])
	}
	w.ask(t, http.MethodPost, "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": jane}).wants(t, http.StatusOK)
	choose("express")
	// What the store changes now is not what this buyer was shown.
	w.mustSet(t, "diddo.shipping_methods", `[]`)
	w.mustPress(t, live, "4242424242424242")
	if charged := w.Int(t, `SELECT charged FROM payments`); charged != 5800+990 {
		t.Errorf("charged %d", charged)
	}
	if got := w.ask(t, http.MethodGet, "/diddo/cart/"+live, nil).cart(t); total(got) != float64(5800+990) || got["status"] != "SUBMITTED" {
		t.Errorf("submitted: %v", got)
	}
	w.ask(t, http.MethodPost, "/diddo/cart/shipping/method", object{"cart_id": live, "method_id": "standard"}).refused(t, http.StatusConflict, "ALREADY_SUBMITTED", "")
	w.ask(t, http.MethodPost, "/diddo/cart/customer", object{"cart_id": live, "buyer_identity": object{"email": "jane@example.test"}}).
		refused(t, http.StatusConflict, "ALREADY_SUBMITTED", "")
	w.ask(t, http.MethodPost, "/diddo/cart/update", w.item(live, string(w.Product.ID), 1)).refused(t, http.StatusConflict, "ALREADY_SUBMITTED", "")
}

func TestACartHasOneCurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := w.mustProduct(t, "Both", "", money.New(1000, "EUR"), money.New(1100, "USD"))
	euro := w.mustProduct(t, "Euro", "", money.New(2000, "EUR"))
	cost := func(shown object) object { return shown["cost"].(object) }
	made := w.ask(t, http.MethodPost, "/diddo/cart/add", w.item("", both, 1)).cart(t)
	if cost(made)["total"].(object)["currency"] != "USD" {
		t.Errorf("alone it costs %v", cost(made))
	}
	of := made["id"].(string)
	made = w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, euro, 1)).cart(t)
	if whole := cost(made)["total"].(object); whole["currency"] != "EUR" || whole["value"] != float64(3000) || whole["display_value"] != "€30.00" {
		t.Errorf("with the other it costs %v", cost(made))
	}
	made = w.ask(t, http.MethodPost, "/diddo/cart/add", w.item(of, string(w.Product.ID), 1)).cart(t)
	if cost(made)["total"] != nil || cost(made)["subtotal"] != nil || len(quantities(made)) != 3 {
		t.Errorf("with none in common it costs %v", cost(made))
	}
	w.ask(t, http.MethodPost, "/diddo/checkout/begin/"+of, nil).refused(t, http.StatusUnprocessableEntity, "VALIDATION_FAILED", "cart_id")
}

func TestTheCatalogue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustProduct(t, "Home Jersey 100%", `{"customizations":[{"key":"name","type":"text"},{"key":"size","type":"single_select","options":["M"],"required":true}]}`, money.New(8950, "USD"))
	w.mustProduct(t, "Away Jersey", `{"customizations":"none"}`, money.New(8950, "EUR"))
	titles := func(list object) (titles []string) {
		for _, p := range list["products"].([]any) {
			titles = append(titles, p.(object)["title"].(string))
		}
		return titles
	}
	for what, want := range map[string]string{
		"":                     "Away Jersey, Home Jersey 100%, Guide",
		"?sort=oldest":         "Guide, Home Jersey 100%, Away Jersey",
		"?query=jersey":        "Away Jersey, Home Jersey 100%",
		"?query=100%25":        "Home Jersey 100%",
		"?limit=1&offset=1":    "Home Jersey 100%",
		"?query=nothing":       "",
		"?sort=newest&limit=1": "Away Jersey",
	} {
		list := w.ask(t, http.MethodGet, "/diddo/products"+what, nil).wants(t, http.StatusOK).body(t)
		if got := strings.Join(titles(list), ", "); got != want {
			t.Errorf("%s lists %s, want %s", what, got, want)
		}
	}
	found := w.ask(t, http.MethodPost, "/diddo/products", object{"query": "HOME", "limit": 5, "offset": 0, "sort": "newest"}).wants(t, http.StatusOK).body(t)
	one := found["products"].([]any)[0].(object)
	if found["total"] != float64(1) || len(one["images"].([]any)) != 1 || len(one["customizations"].([]any)) != 2 || len(one["variants"].([]any)) != 1 {
		t.Errorf("found %v", found)
	}
	if list := w.askAs(t, liveKey, http.MethodGet, "/diddo/products", nil).wants(t, http.StatusOK).body(t); list["total"] != float64(0) {
		t.Errorf("live, where nothing was published, there are %v", list)
	}
	if list := w.askAs(t, otherKey, http.MethodGet, "/diddo/products", nil).wants(t, http.StatusOK).body(t); list["total"] != float64(0) {
		t.Errorf("the stranger sells %v", list)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for _, setting := range cart.Settings() {
		if err := setting.Check(setting.Default); err != nil {
			t.Errorf("%s refuses its default: %v", setting.Name, err)
		}
		for _, bad := range map[string][]string{
			"diddo.reserved_events": {"", "yes", "On"},
			"diddo.success_url":     {"x", "ftp://a.test", "javascript:alert(1)"},
			"diddo.cancel_url":      {"x", "//a.test"},
			"diddo.shipping_methods": {
				"", "{}", "[7]", `[{"id":"a"}]`, `[{"id":"","title":"A","price":"1"}]`, `[{"id":"a","title":"","price":"1"}]`, `[{"id":"a","title":"A","price":"-1"}]`,
				`[{"id":"a","title":"A","price":1}]`, `[{"id":"a","title":"A","price":"1"},{"id":"a","title":"B","price":"1"}]`, `[]]`,
				`[{"id":"a","title":"A","price":"1","days":2}]`, "[" + strings.Repeat(`{"id":"a","title":"A","price":"1"},`, 21)[:20] + "]",
			},
		}[setting.Name] {
			if setting.Check(bad) == nil {
				t.Errorf("%s takes %q", setting.Name, bad)
			}
		}
	}
}
