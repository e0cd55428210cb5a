package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/pay"
)

func TestContactForm(t *testing.T) {
	t.Parallel()
	s := newShop(t)

	t.Run("asks for a person in Iraq, and for no e-mail and no tax", func(t *testing.T) {
		t.Parallel()
		drawn := s.newBrowser().get(s.sale(wayl, pay.FormContact))
		wantText(t, drawn, `name="name"`, `name="phone"`, `<select id="city" name="city"`, `<option value="iraq_erbil">Erbil</option>`, `name="address1"`, "Basket", "$10.00")
		s.wantNone(drawn, `name="email"`, `name="country"`, `id="tax"`, "Subtotal", "Calculated")
		if cities := strings.Count(drawn.body, `<option value="iraq_`); cities != 19 {
			t.Errorf("%d governorates are offered, want 19", cities)
		}
	})
	for name, c := range map[string]struct {
		form   url.Values
		fields string
		text   string
	}{
		"nothing typed":              {contact("name", "", "phone", "", "city", "", "address1", ""), "name phone address1 city", "Enter your name"},
		"no name":                    {contact("name", " "), "name", "Enter your name"},
		"a name without end":         {contact("name", strings.Repeat("x", 300)), "name", "Enter a shorter name"},
		"no phone":                   {contact("phone", " "), "phone", "Enter your phone number"},
		"a phone of a sign":          {contact("phone", "+"), "phone", "Enter your phone number"},
		"a phone of a country alone": {contact("phone", "+964"), "phone", "Enter your phone number"},
		"a phone of a house":         {contact("phone", "066 123 4567"), "phone", "Enter a mobile number such as"},
		"a short phone":              {contact("phone", "0750 123"), "phone", "Enter a mobile number such as"},
		"a phone of letters":         {contact("phone", "call me"), "phone", "Enter a mobile number such as"},
		"a phone without end":        {contact("phone", strings.Repeat("7", 300)), "phone", "Enter a mobile number such as"},
		"a foreign phone":            {contact("phone", "+49 170 1234567"), "phone", "Enter a mobile number such as"},
		"no city":                    {contact("city", ""), "city", "Enter your city"},
		"a city that is not listed":  {contact("city", "Erbil"), "city", "Choose your governorate from the list"},
		"no address":                 {contact("address1", ""), "address1", "Enter your address"},
		"an address without end":     {contact("address1", strings.Repeat("x", 300)), "address1", "Enter a shorter address"},
	} {
		t.Run(name+" is told beside its field", func(t *testing.T) {
			t.Parallel()
			page := s.sale(wayl, pay.FormContact)
			told := s.newProgram().post(page+"/details", c.form)
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutDetails)
			if fieldsOf(told) != c.fields {
				t.Errorf("fields at fault are %q, want %q", fieldsOf(told), c.fields)
			}
			first, _, _ := strings.Cut(c.fields, " ")
			drawn := s.newBrowser().post(page+"/details", c.form)
			wantStatus(t, drawn, http.StatusUnprocessableEntity)
			wantText(t, drawn, c.text, `href="#`+first+`"`, `id="`+first+`-error"`, "<title>Problem: ")
		})
	}
	for _, phone := range []string{
		"07501234567", "0750 123-4567", "7501234567", "+9647501234567", "+964 (0) 750 123 4567", "009647501234567", "9647501234567",
		"٠٧٥٠١٢٣٤٥٦٧", "+٩٦٤٧٥٠١٢٣٤٥٦٧", "۰۷۵۰۱۲۳۴۵۶۷",
	} {
		t.Run("the phone "+phone+" is one number", func(t *testing.T) {
			t.Parallel()
			page := s.sale(wayl, pay.FormContact)
			wantState(t, s.newProgram().post(page+"/details", contact("phone", phone)), http.StatusOK, pay.CheckoutPayment)
			want := pay.Buyer{Name: "Ali Hassan", Phone: "9647501234567", City: "iraq_erbil", Address1: "Street 1", Country: "IQ"}
			if got := s.order(page).Buyer; got != want {
				t.Errorf("the order is for %+v, want %+v", got, want)
			}
		})
	}
}

func TestDeliveryForm(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for name, c := range map[string]struct {
		form   url.Values
		fields string
		text   string
	}{
		"nothing typed":          {delivery("email", "", "firstName", "", "lastName", "", "address1", "", "city", "", "country", ""), "email firstName lastName address1 city country", "Enter your e-mail address"},
		"no e-mail address":      {delivery("email", "ann"), "email", "Enter an e-mail address like"},
		"no first name":          {delivery("firstName", ""), "firstName", "Enter your first name"},
		"no last name":           {delivery("lastName", ""), "lastName", "Enter your last name"},
		"no address":             {delivery("address1", ""), "address1", "Enter your address"},
		"no city":                {delivery("city", ""), "city", "Enter your city"},
		"no country":             {delivery("country", ""), "country", "Choose your country"},
		"a country that is none": {delivery("country", "XX"), "country", "Choose a country from the list"},
		"a province without end": {delivery("province", strings.Repeat("x", 300)), "province", "Enter a shorter"},
		"a postcode without end": {delivery("postcode", strings.Repeat("9", 300)), "postcode", "Enter a shorter postal code"},
	} {
		t.Run(name+" is told beside its field", func(t *testing.T) {
			t.Parallel()
			page := s.sale(diddo, pay.FormDelivery)
			told := s.newProgram().post(page+"/details", c.form)
			wantState(t, told, http.StatusUnprocessableEntity, pay.CheckoutDetails)
			if fieldsOf(told) != c.fields {
				t.Errorf("fields at fault are %q, want %q", fieldsOf(told), c.fields)
			}
			wantText(t, s.newBrowser().post(page+"/details", c.form), c.text)
		})
	}
	t.Run("what it asks for is taken, and taxed by nobody", func(t *testing.T) {
		t.Parallel()
		page := s.sale(diddo, pay.FormDelivery)
		b := s.newBrowser()
		drawn := b.follow(page+"/details", delivery("country", "de", "phone", "+49 170 1234567", "postcode", "10115"))
		wantText(t, drawn, "Pay $10.00", "Ann Lee", "ann@example.test")
		s.wantNone(drawn, `id="tax"`, "VAT", "Subtotal")
		want := pay.Buyer{FirstName: "Ann", LastName: "Lee", Phone: "+49 170 1234567", Address1: "1 Road", City: "Town", Postcode: "10115", Country: "DE"}
		order := s.order(page)
		if order.Buyer != want || order.BuyerEmail != "ann@example.test" || !order.Quote.Tax.IsZero() {
			t.Errorf("the order is for %+v at %q, taxed %v", order.Buyer, order.BuyerEmail, order.Quote.Tax)
		}
	})
	t.Run("a phone may be left out, in Iraq too", func(t *testing.T) {
		t.Parallel()
		page := s.sale(diddo, pay.FormDelivery)
		wantState(t, s.newProgram().post(page+"/details", delivery("country", "IQ")), http.StatusOK, pay.CheckoutPayment)
		if phone := s.order(page).Buyer.Phone; phone != "" {
			t.Errorf("the phone is %q, and none was given", phone)
		}
	})
}

func TestAFormThatAsksNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	prefilled := func(in *pay.NewSale) { in.BuyerEmail, in.Buyer = "pre@example.test", pay.Buyer{Name: "Ayesha Khan"} }
	page := s.sale(waypay, pay.FormNone, prefilled)
	for _, query := range []string{"", "?step=details"} {
		drawn := s.newBrowser().get(page + query)
		wantText(t, drawn, "Pay $10.00", "Ayesha Khan", "pre@example.test")
		s.wantNone(drawn, `?step=details"`, "Your details", `name="firstName"`, `name="email"`, `id="tax"`)
	}
	// Nobody places the order anew for somebody else.
	wantState(t, s.newProgram().post(page+"/details", delivery()), http.StatusOK, pay.CheckoutPayment)
	if order := s.order(page); order.BuyerEmail != "pre@example.test" || order.Buyer.FullName() != "Ayesha Khan" {
		t.Errorf("the order is now for %+v at %q", order.Buyer, order.BuyerEmail)
	}
}

func TestPrefilledBuyers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	known := pay.Buyer{Name: "Ali <b>", Phone: "07501234567", City: "iraq_dohuk", Address1: "Street 1"}
	prefilled := func(in *pay.NewSale) { in.Buyer = known }

	t.Run("stand in the form", func(t *testing.T) {
		t.Parallel()
		wantText(t, s.newBrowser().get(s.sale(wayl, pay.FormContact, prefilled)),
			`value="Ali &lt;b&gt;"`, `value="07501234567"`, `<option value="iraq_dohuk" selected>Duhok</option>`, `value="Street 1"`)
		wantText(t, s.newBrowser().get(s.sale(diddo, pay.FormDelivery, func(in *pay.NewSale) {
			in.BuyerEmail, in.Buyer = "pre@example.test", pay.Buyer{FirstName: "Ann", Country: "FR"}
		})), `value="pre@example.test"`, `value="Ann"`, `<option value="FR" selected>`)
	})
	t.Run("are taken when nothing is posted", func(t *testing.T) {
		t.Parallel()
		page := s.sale(wayl, pay.FormContact, prefilled)
		wantState(t, s.newProgram().post(page+"/details", url.Values{}), http.StatusOK, pay.CheckoutPayment)
		if got := s.order(page).Buyer; got.Name != "Ali <b>" || got.Phone != "9647501234567" {
			t.Errorf("the order is for %+v", got)
		}
	})
	t.Run("give way to an empty field", func(t *testing.T) {
		t.Parallel()
		got := s.newProgram().post(s.sale(wayl, pay.FormContact, prefilled)+"/details", url.Values{"name": {""}})
		wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutDetails)
	})
	t.Run("abroad choose their city and phone freely", func(t *testing.T) {
		t.Parallel()
		page := s.sale(wayl, pay.FormContact, func(in *pay.NewSale) { in.Buyer.Country = "DE" })
		s.wantNone(s.newBrowser().get(page), "<select id=\"city\"")
		got := s.newProgram().post(page+"/details", contact("phone", "+49 170 1234567", "city", "Berlin"))
		wantState(t, got, http.StatusOK, pay.CheckoutPayment)
	})
}

func TestWhoBuysIsShownToThemAlone(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.sale(wayl, pay.FormContact, func(in *pay.NewSale) { in.Buyer.Phone = "07501234567" })
	mine, other := s.newBrowser(), s.newBrowser()
	wantText(t, mine.follow(page+"/details", contact()), "<bdi>Ali Hassan</bdi>")
	wantText(t, mine.get(page+"?step=details"), `value="Ali Hassan"`, `<option value="iraq_erbil" selected>`)
	for _, query := range []string{"", "?step=details"} {
		s.wantNone(other.get(page+query), "Ali Hassan", "Street 1", `value="iraq_erbil" selected`)
	}
	// The receipt is for them too.
	mine.post(page+"/pay", pressed("approve"))
	wantText(t, mine.get(page), "Ali Hassan", "Street 1 Erbil", "Iraq")
}
