package checkout_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tillway/internal/pay"
)

func TestDetailsWithMistakes(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()
	for name, c := range map[string]struct {
		form   url.Values
		fields []string // that are at fault, in order
		text   string
	}{
		"nothing typed":              {buyer("email", "", "country", ""), []string{"email", "country"}, "Enter your e-mail address"},
		"no e-mail address":          {buyer("email", "ann"), []string{"email"}, "Enter an e-mail address like"},
		"a country that is none":     {buyer("country", "XX"), []string{"country"}, "Choose a country from the list"},
		"US without its two fields":  {buyer("country", "US"), []string{"postcode", "state"}, "Enter your ZIP code"},
		"US without a state":         {buyer("country", "US", "postcode", "94110"), []string{"state"}, "Enter your state or province"},
		"Canada without either":      {buyer("country", "CA"), []string{"state"}, "Enter your state or province"},
		"a business without a name":  {buyer("business", "true"), []string{"businessName"}, "Enter the name of your business"},
		"a postcode beyond any size": {buyer("postcode", strings.Repeat("9", 200)), []string{"postcode"}, "Enter a shorter postal code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, p := s.newBrowser(), s.newProgram()
			drawn := b.post(page+"/details", c.form)
			wantStatus(t, drawn, http.StatusUnprocessableEntity)
			wantText(t, drawn, c.text, `role="alert"`, `href="#`+c.fields[0]+`"`, `id="`+c.fields[0]+`-error"`, "<title>Problem: ")

			told := p.post(page+"/details", c.form)
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutDetails)
			var fields []string
			for _, e := range told.Errors {
				fields = append(fields, e.Field)
			}
			if !slices.Equal(fields, c.fields) {
				t.Errorf("fields at fault are %v, want %v", fields, c.fields)
			}
		})
	}
}

func TestDetailsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	got := s.newBrowser().post(s.session()+"/details", buyer("email", `"><script>x</script>`, "country", "CA", "business", "on", "taxId", "CA-77"))
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, `value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"`, `value="CA" data-region selected`, `value="true" checked`, `value="CA-77"`)
}

func TestDetailsFromThePrefill(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	prefilled := func(in *pay.NewSession) {
		in.BuyerEmail = "pre@example.test"
		in.Billing = pay.Billing{Country: "US", State: "NY", Postcode: "10001"}
	}

	t.Run("stands in the form", func(t *testing.T) {
		t.Parallel()
		wantText(t, s.newBrowser().get(s.session(prefilled)), `value="pre@example.test"`, `value="US" data-region selected`, `value="10001"`)
	})
	t.Run("is taken when nothing is posted", func(t *testing.T) {
		t.Parallel()
		wantState(t, s.newProgram().post(s.session(prefilled)+"/details", url.Values{}), http.StatusOK, pay.CheckoutPayment)
	})
	t.Run("gives way to an empty field", func(t *testing.T) {
		t.Parallel()
		got := s.newProgram().post(s.session(prefilled)+"/details", url.Values{"email": {""}})
		wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutDetails)
	})
}

func TestDetailsAsAJSONObject(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	post := func(body string) reply {
		request, err := http.NewRequest(http.MethodPost, s.session()+"/details", strings.NewReader(body))
		must(t, err)
		request.Header.Set("Content-Type", "application/json; charset=utf-8")
		return s.newProgram().send(request)
	}
	wantState(t, post(`{"email":"a@example.test","country":"de","business":true,"businessName":"Ann GmbH","taxId":null}`), http.StatusOK, pay.CheckoutPayment)
	wantStatus(t, post(`{"email":["a@example.test"]}`), http.StatusBadRequest)
	wantStatus(t, post(`[]`), http.StatusBadRequest)
	wantStatus(t, post(``), http.StatusBadRequest)
}

func TestDetailsOfAnotherBrowserStayHidden(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, ann, bob := s.session(), s.newBrowser(), s.newBrowser()
	ann.follow(page+"/details", buyer("country", "CA", "state", "Ontario"))

	wantText(t, ann.get(page+"?step=details"), `value="Ann@Example.test"`, `value="Ontario"`)
	wantText(t, bob.get(page), "a•••@e•••")
	for _, seen := range []reply{bob.get(page), bob.get(page + "?step=details")} {
		for _, secret := range []string{"ann@example.test", "Ann@Example.test", "Ontario"} {
			if strings.Contains(seen.body, secret) {
				t.Errorf("another browser is shown %q", secret)
			}
		}
	}
}

func TestDetailsThatChangeEndTheTurn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.session(), s.newProgram()
	first := p.post(page+"/details", buyer())
	if same := p.post(page+"/details", buyer()); same.Turn != first.Turn {
		t.Errorf("the same details again moved the turn from %d to %d", first.Turn, same.Turn)
	}
	if moved := p.post(page+"/details", buyer("country", "FR")); moved.Turn != first.Turn+1 {
		t.Errorf("other details left the turn at %d", moved.Turn)
	}
}
