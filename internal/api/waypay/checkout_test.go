package waypay_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestInitiateAnswersExactlyThreeMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, path := range []string{initiatePath, "/Gateway/v1/Payment/initiate", "/gateway/V1/payment/INITIATE-checkout"} {
		made := w.ask(t, http.MethodPost, path, newCheckout(t, "ORD"+string(rune('1'+i)), nil)).wants(t, http.StatusOK).body
		if len(made) != 3 || !uuidShape.MatchString(fieldOf(made, "paymentIntentId")) {
			t.Errorf("%s: answered %v", path, made)
		}
		if !regexp.MustCompile(`^https://pay\.example\.test/pay/[0-9A-Za-z]{22}$`).MatchString(fieldOf(made, "checkoutUrl")) {
			t.Errorf("%s: checkoutUrl is %v", path, made["checkoutUrl"])
		}
		if want := w.Core.Now().Add(time.Hour).Format("2006-01-02T15:04:05Z"); made["expiresAt"] != want {
			t.Errorf("%s: expiresAt is %v, want %s", path, made["expiresAt"], want)
		}
	}
}

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Every row of spec/waypay.md §4 and §8 about the form of a request: 400.
func TestFormsOfMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := func(more object) object {
		body := object{"orderRef": "ORD1"}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	long := func(size int) string { return strings.Repeat("a", size) }
	for name, c := range map[string]struct {
		more         object
		field, issue string
	}{
		"no amount":                     {object{"amount": nil}, "amount", "required"},
		"an amount in a text":           {object{"amount": "1000"}, "amount", "invalid_type"},
		"an amount of a truth":          {object{"amount": true}, "amount", "invalid_type"},
		"three decimals":                {object{"amount": 1000.505}, "amount", "invalid_format"},
		"a boundless amount":            {object{"amount": 1e30}, "amount", "invalid_format"},
		"a little more than ten":        {object{"amount": json.RawMessage("10.001")}, "amount", "invalid_format"},
		"form before rules":             {object{"amount": 1, "paymentMethod": 3, "callbackUrl": "https://10.0.0.1/hook"}, "callbackUrl", "invalid_format"},
		"no description":                {object{"description": nil}, "description", "required"},
		"an empty description":          {object{"description": ""}, "description", "required"},
		"a number for a description":    {object{"description": 7}, "description", "invalid_type"},
		"a comma in the description":    {object{"description": "One, two"}, "description", "invalid_format"},
		"an accent in the description":  {object{"description": "Café"}, "description", "invalid_format"},
		"a line end in the description": {object{"description": "One\ntwo"}, "description", "invalid_format"},
		"201 characters":                {object{"description": long(201)}, "description", "too_long"},
		"no orderRef":                   {object{"orderRef": nil}, "orderRef", "required"},
		"a text for orderRef":           {object{"orderRef": "ORD1"}, "orderRef", "invalid_type"},
		"an empty orderRef":             {object{"orderRef": object{}}, "orderRef.orderRef", "required"},
		"an empty reference":            {object{"orderRef": object{"orderRef": ""}}, "orderRef.orderRef", "required"},
		"a reference of a number":       {object{"orderRef": object{"orderRef": 7}}, "orderRef.orderRef", "invalid_type"},
		"a slash in the reference":      {object{"orderRef": object{"orderRef": "ORD/1"}}, "orderRef.orderRef", "invalid_format"},
		"a space in the reference":      {object{"orderRef": object{"orderRef": "ORD 1"}}, "orderRef.orderRef", "invalid_format"},
		"a line end in the reference":   {object{"orderRef": object{"orderRef": "ORD1\n"}}, "orderRef.orderRef", "invalid_format"},
		"a long reference":              {object{"orderRef": object{"orderRef": long(101)}}, "orderRef.orderRef", "too_long"},
		"a discount of a number":        {object{"orderRef": order(object{"discount": 10})}, "orderRef.discount", "invalid_type"},
		"a long tax":                    {object{"orderRef": order(object{"tax": long(65)})}, "orderRef.tax", "too_long"},
		"a currency of a number":        {object{"currency": 586}, "currency", "invalid_type"},
		"a long currency":               {object{"currency": long(17)}, "currency", "too_long"},
		"a text for customerRef":        {object{"customerRef": "Ali"}, "customerRef", "invalid_type"},
		"no e-mail":                     {object{"customerRef": object{"email": "ali"}}, "customerRef.email", "invalid_format"},
		"an e-mail without a domain":    {object{"customerRef": object{"email": "ali@host"}}, "customerRef.email", "invalid_format"},
		"spaces around an e-mail":       {object{"customerRef": object{"email": " ali@example.com "}}, "customerRef.email", "invalid_format"},
		"an e-mail of spaces":           {object{"customerRef": object{"email": "   "}}, "customerRef.email", "invalid_format"},
		"twelve digits":                 {object{"customerRef": object{"cnic": "352010834567"}}, "customerRef.cnic", "invalid_format"},
		"fourteen digits":               {object{"customerRef": object{"cnic": "35201083456789"}}, "customerRef.cnic", "invalid_format"},
		"hyphens in the CNIC":           {object{"customerRef": object{"cnic": "35201-0834567"}}, "customerRef.cnic", "invalid_format"},
		"a CNIC of a number":            {object{"customerRef": object{"cnic": 3520108345678}}, "customerRef.cnic", "invalid_type"},
		"a phone of a number":           {object{"customerRef": object{"phone": 3123456789}}, "customerRef.phone", "invalid_type"},
		"a long name":                   {object{"customerRef": object{"name": long(256)}}, "customerRef.name", "too_long"},
		"a control character":           {object{"customerRef": object{"name": "A\u0000li"}}, "customerRef.name", "invalid_format"},
		"an address of a truth":         {object{"customerRef": object{"shippingAddress": true}}, "customerRef.shippingAddress", "invalid_type"},
		"a long address":                {object{"customerRef": object{"shippingAddress": object{"a": long(2000)}}}, "customerRef.shippingAddress", "too_long"},
		"days in a list":                {object{"customerRef": object{"estimatedDays": []any{1}}}, "customerRef.estimatedDays", "invalid_type"},
		"a callback by http":            {object{"callbackUrl": "http://shop.example.test/hook"}, "callbackUrl", "invalid_format"},
		"a callback by ftp":             {object{"callbackUrl": "ftp://shop.example.test/hook"}, "callbackUrl", "invalid_format"},
		"a callback without a host":     {object{"callbackUrl": "https:///hook"}, "callbackUrl", "invalid_format"},
		"a callback with a password":    {object{"callbackUrl": "https://a:b@shop.example.test/"}, "callbackUrl", "invalid_format"},
		"a callback of no address":      {object{"callbackUrl": "hook"}, "callbackUrl", "invalid_format"},
		"a long callback":               {object{"callbackUrl": addressOf(2049, "a")}, "callbackUrl", "too_long"},
		"a long success address":        {object{"successUrl": addressOf(2049, "é")}, "successUrl", "too_long"},
		"a private callback":            {object{"callbackUrl": "https://10.0.0.1/hook"}, "callbackUrl", "invalid_format"},
		"a success address by http":     {object{"successUrl": "http://shop.example.test/"}, "successUrl", "invalid_format"},
		"a cancel address by script":    {object{"cancelUrl": "javascript:alert(1)"}, "cancelUrl", "invalid_format"},
		"a long cancel address":         {object{"cancelUrl": addressOf(2049, "a")}, "cancelUrl", "too_long"},
		"an intentType of a number":     {object{"intentType": 1}, "intentType", "invalid_type"},
		"a long intentType":             {object{"intentType": long(65)}, "intentType", "too_long"},
		"a method in a text":            {object{"paymentMethod": "1"}, "paymentMethod", "invalid_type"},
		"half a method":                 {object{"paymentMethod": 1.5}, "paymentMethod", "invalid_format"},
		"metadata that is an object":    {object{"metadataJson": object{"a": 1}}, "metadataJson", "invalid_type"},
		"metadata that is no JSON":      {object{"metadataJson": "{a:1}"}, "metadataJson", "invalid_format"},
		"long metadata":                 {object{"metadataJson": `"` + long(10_000) + `"`}, "metadataJson", "too_long"},
	} {
		rows := w.rows(t)
		w.ask(t, http.MethodPost, initiatePath, newCheckout(t, "ORD1", c.more)).wantsFailure(t, http.StatusBadRequest, "validation_error", c.field, c.issue)
		if w.rows(t) != rows {
			t.Errorf("%s: something was written", name)
		}
	}
}

// What is wrong with an amount is told of the amount, and not of another currency
// than the request's.
func TestAnAmountInDollarsIsNotRefusedInRupees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, amount := range []string{"1000.505", "1e17"} {
		answer := w.ask(t, http.MethodPost, initiatePath, newCheckout(t, "ORD1", object{"amount": json.RawMessage(amount), "currency": "USD"}))
		answer.wantsFailure(t, http.StatusBadRequest, "validation_error", "amount", "invalid_format")
		if strings.Contains(answer.Body.String(), "PKR") {
			t.Errorf("%s USD: %s", amount, answer.Body)
		}
	}
}

// addressOf is an address of as many characters.
func addressOf(size int, character string) string {
	const host = "https://shop.example.test/"
	return host + strings.Repeat(character, size-len(host))
}

// What is accepted although it looks odd.
func TestFormsThatAreAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, more := range map[string]object{
		"the least amount":            {"amount": 10.01},
		"200 characters":              {"description": strings.Repeat("a", 200)},
		"spaces alone":                {"description": "   "},
		"the source's test reference": {"orderRef": object{"orderRef": "TEST-ORD-00001"}},
		"empty texts":                 {"currency": "", "callbackUrl": "", "metadataJson": "", "intentType": "", "customerRef": object{"name": "", "email": "", "cnic": ""}},
		"nulls":                       {"currency": nil, "customerRef": nil, "paymentMethod": nil},
		"an address of an object":     {"customerRef": object{"shippingAddress": object{"city": "Lahore"}, "estimatedDays": 3}},
		"the longest addresses":       {"callbackUrl": addressOf(2048, "a"), "successUrl": addressOf(2048, "a"), "cancelUrl": addressOf(2048, "a")},
		"the same in two bytes each":  {"callbackUrl": addressOf(2048, "é"), "successUrl": addressOf(2048, "é"), "cancelUrl": addressOf(2048, "é")},
		"the developer's machine":     {"callbackUrl": "http://localhost:3000/hook", "successUrl": "http://127.0.0.1:3000/"},
		"another intentType":          {"intentType": "deposit"},
		"members of other dialects":   {"last6CNICDigits": "345678", "items": []any{1}},
		"dollars":                     {"currency": "USD"},
		"any JSON":                    {"metadataJson": `[1,"a"]`},
		"Easypaisa":                   {"paymentMethod": 2},
	} {
		reference := "ORD" + strings.ReplaceAll(strings.ReplaceAll(name, " ", ""), "'", "")
		reference = regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(reference, "")
		answer := w.ask(t, http.MethodPost, initiatePath, newCheckout(t, reference, more))
		if answer.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}

// The rules of the trade: 422.
func TestRulesOfTheTrade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustCreate(t, "TAKEN", nil)
	for name, c := range map[string]struct {
		more        object
		code, field string
	}{
		"ten":                     {object{"amount": 10}, "amount_too_low", "amount"},
		"nothing":                 {object{"amount": 0}, "amount_too_low", "amount"},
		"ten with its decimals":   {object{"amount": json.RawMessage("10.00"), "currency": "USD"}, "amount_too_low", "amount"},
		"three decimals below":    {object{"amount": json.RawMessage("9.999")}, "amount_too_low", "amount"},
		"far below nothing":       {object{"amount": json.RawMessage("-1e30")}, "amount_too_low", "amount"},
		"below with decimals":     {object{"amount": json.RawMessage("-1000.505")}, "amount_too_low", "amount"},
		"hardly anything":         {object{"amount": json.RawMessage("1e-70")}, "amount_too_low", "amount"},
		"less than nothing":       {object{"amount": -1000}, "amount_too_low", "amount"},
		"a currency nobody knows": {object{"currency": "XXX"}, "unsupported_currency", "currency"},
		"euros":                   {object{"currency": "EUR"}, "unsupported_currency", "currency"},
		"small letters":           {object{"currency": "pkr"}, "unsupported_currency", "currency"},
		"method 3":                {object{"paymentMethod": 3}, "unsupported_payment_method", "paymentMethod"},
		"method 0":                {object{"paymentMethod": 0}, "unsupported_payment_method", "paymentMethod"},
		"method -1":               {object{"paymentMethod": -1}, "unsupported_payment_method", "paymentMethod"},
		"a boundless method":      {object{"paymentMethod": json.RawMessage("99999999999999999999")}, "unsupported_payment_method", "paymentMethod"},
		"a wallet in dollars":     {object{"paymentMethod": 1, "currency": "USD"}, "unsupported_payment_method", "paymentMethod"},
		"a reference that is taken": {
			object{"orderRef": object{"orderRef": "TAKEN"}}, "duplicate_order_ref", "orderRef.orderRef",
		},
	} {
		rows := w.rows(t)
		w.ask(t, http.MethodPost, initiatePath, newCheckout(t, "ORD1", c.more)).wantsFailure(t, http.StatusUnprocessableEntity, c.code, c.field, c.code)
		if w.rows(t) != rows {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestTheSignatureOfACheckout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(change func(object)) answer {
		body := newCheckout(t, "ORD1", nil)
		change(body)
		return w.ask(t, http.MethodPost, initiatePath, body)
	}
	ask(func(b object) { delete(b, "signature") }).wantsFailure(t, http.StatusBadRequest, "validation_error", "signature", "required")
	ask(func(b object) { b["signature"] = 7 }).wantsFailure(t, http.StatusBadRequest, "validation_error", "signature", "invalid_type")
	ask(func(b object) { b["signature"] = strings.ToUpper(b["signature"].(string)) }).
		wantsFailure(t, http.StatusBadRequest, "validation_error", "signature", "invalid_format")
	refused := ask(func(b object) { b["amount"] = 1001 }).wantsFailure(t, http.StatusUnauthorized, "invalid_signature", "signature", "invalid_signature")
	hint := fieldOf(refused.body["details"].(object), "hint")
	if !strings.Contains(hint, "amount=1001&description=Product Purchase") || strings.Contains(hint, mySecret) {
		t.Errorf("the hint is %q", hint)
	}
	// Names that differ only in case are told as the documentation spells them.
	for twin, field := range map[string]string{"Amount": "amount", "OrderRef": "orderRef", "CURRENCY": "currency", "Signature": "signature"} {
		for _, value := range []any{"x", nil} {
			ask(func(b object) { b["currency"], b[twin] = "PKR", value }).wantsFailure(t, http.StatusBadRequest, "validation_error", field, "invalid_format")
		}
	}
	ask(func(b object) { b["zEta"], b["zeta"] = 1, 1 }).wantsFailure(t, http.StatusBadRequest, "validation_error", "zEta", "invalid_format")
	ask(func(b object) { b["zEta"] = json.RawMessage("1e999") }).wantsFailure(t, http.StatusBadRequest, "validation_error", "zEta", "invalid_format")
	// The form goes before the signature, and the signature before every rule.
	ask(func(b object) { b["description"] = "One, two" }).wantsFailure(t, http.StatusBadRequest, "validation_error", "description", "invalid_format")
	w.mustCreate(t, "TAKEN", nil)
	broken := object{
		"amount": 1, "currency": "EUR", "paymentMethod": 3, "orderRef": object{"orderRef": "TAKEN"}, "callbackUrl": "https://10.0.0.1/hook",
	}
	for member, value := range broken {
		body := newCheckout(t, "ORD1", object{member: value})
		body["signature"] = strings.Repeat("0", 32)
		w.ask(t, http.MethodPost, initiatePath, body).wantsFailure(t, http.StatusUnauthorized, "invalid_signature", "signature", "invalid_signature")
	}
}

// A reference belongs to its store, and is held whatever becomes of the payment
// (spec/waypay.md §8).
func TestAReferenceIsHeldByItsStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for reference, end := range map[string]func(made object){
		"Pending":   func(object) {},
		"Completed": func(made object) { w.mustPress(t, made, goodCard) },
		"Failed":    func(made object) { w.mustPress(t, made, declinedCard) },
		"Cancelled": func(made object) { w.mustGiveUp(t, made) },
		"Expired": func(object) {
			w.Clock.Advance(time.Hour)
			w.PlayTimers(t)
		},
	} {
		end(w.mustCreate(t, reference, nil))
		if found := w.mustLook(t, reference); found["statusText"] != reference {
			t.Fatalf("%s is %v", reference, found["statusText"])
		}
		w.ask(t, http.MethodPost, initiatePath, newCheckout(t, reference, nil)).
			wantsFailure(t, http.StatusUnprocessableEntity, "duplicate_order_ref", "orderRef.orderRef", "duplicate_order_ref")
		other := signedBy(t, newCheckout(t, reference, nil), otherSecret)
		for _, want := range []int{http.StatusOK, http.StatusUnprocessableEntity} {
			w.askWith(t, http.Header{"Swich-Api-Key": {otherKey}}, http.MethodPost, initiatePath, other).wants(t, want)
		}
	}
}

// What stands beside the amount is told as it was sent (spec/waypay.md §4, §6).
func TestDiscountAndTaxAreEchoedAsTheyWereSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "ORD1", object{"orderRef": object{"orderRef": "ORD1", "discount": "", "tax": "  15 %  "}})
	data, _ := w.mustTell(t)[0]["data"].(object)
	if want := `{"OrderRef":"ORD1","Discount":"","Tax":"  15 %  "}`; data["OrderRef"] != want || data["Amount"] != 1000.0 {
		t.Errorf("told %v of %v, want %s", data["OrderRef"], data["Amount"], want)
	}
}

func TestALiveRefusalOfASignatureTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := newCheckout(t, "ORD1", nil)
	body["amount"] = 1001
	answer := w.askWith(t, http.Header{"Swich-Api-Key": {myLiveKey}}, http.MethodPost, initiatePath, body)
	answer.wantsFailure(t, http.StatusUnauthorized, "invalid_signature", "signature", "invalid_signature")
	if strings.Contains(answer.Body.String(), "amount=1001") {
		t.Errorf("answered %s", answer.Body)
	}
}

func TestTheStoresSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustSet(t, "waypay.signature_mode", "rule")
	w.mustSet(t, "waypay.default_currency", "USD")
	w.mustSet(t, "waypay.checkout_minutes", "5")
	w.mustSet(t, "waypay.redirect_to_callback", "off")
	body := newCheckout(t, "ORD1", object{"callbackUrl": "https://shop.example.test/hook"})
	w.ask(t, http.MethodPost, initiatePath, body).wantsFailure(t, http.StatusUnauthorized, "invalid_signature", "signature", "invalid_signature")
	made := w.ask(t, http.MethodPost, initiatePath, signedByRule(t, body)).wants(t, http.StatusOK).body
	if want := w.Core.Now().Add(5 * time.Minute).Format("2006-01-02T15:04:05Z"); made["expiresAt"] != want {
		t.Errorf("expiresAt is %v, want %s", made["expiresAt"], want)
	}
	if session := w.mustSession(t, made); session.Price.Amount.Currency() != "USD" || session.SuccessURL != "" {
		t.Errorf("the checkout is in %s and leads to %q", session.Price.Amount.Currency(), session.SuccessURL)
	}
}

// In the live mode the hyphen is no part of a reference, and http is never an
// address.
func TestLiveIsStricter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustApproveStore(t)
	live := http.Header{"Swich-Api-Key": {myLiveKey}}
	w.askWith(t, live, http.MethodPost, initiatePath, newCheckout(t, "TEST-1", nil)).
		wantsFailure(t, http.StatusBadRequest, "validation_error", "orderRef.orderRef", "invalid_format")
	for field, address := range map[string]string{"callbackUrl": "http://localhost/hook", "successUrl": "http://localhost/"} {
		w.askWith(t, live, http.MethodPost, initiatePath, newCheckout(t, "ORD1", object{field: address})).
			wantsFailure(t, http.StatusBadRequest, "validation_error", field, "invalid_format")
	}
}

// A live sale that no connector takes is told with its remedy (DESIGN §3 rule 9).
func TestALiveSaleThatNobodyTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	live := http.Header{"Swich-Api-Key": {myLiveKey}}
	w.askWith(t, live, http.MethodPost, initiatePath, newCheckout(t, "ORD1", nil)).wantsFailure(t, http.StatusForbidden, "forbidden", "", "")
}
