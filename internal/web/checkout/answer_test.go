package checkout_test

import (
	"strings"
	"testing"

	"tillway/internal/pay"
)

func TestAnswerOfASale(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for form, want := range map[pay.Form]string{
		pay.FormContact: `"form":"contact"`, pay.FormDelivery: `"form":"delivery"`, pay.FormNone: `"form":"none"`,
	} {
		told := s.newProgram().get(s.sale(wayl, form))
		if !strings.Contains(told.body, want) || told.Product.Name != "Basket" || told.Amount != "10.00" {
			t.Errorf("a sale that asks %q is told as %s", form, told.body)
		}
		for _, absent := range []string{`"ended"`, `"cancelUrl"`, `"successUrl"`} {
			if strings.Contains(told.body, absent) {
				t.Errorf("an open sale is told with %s: %s", absent, told.body)
			}
		}
	}
	if told := s.newProgram().get(s.session()); strings.Contains(told.body, `"form"`) {
		t.Errorf("the shop's own is told with a form: %s", told.body)
	}
	page := s.sale(waypay, pay.FormNone)
	s.newProgram().post(page+"/cancel", nil)
	told := s.newProgram().get(page)
	if !strings.Contains(told.body, `"ended":"canceled","cancelUrl":"https://shop.example/basket?status=CANCELLED\u0026order=7"`) {
		t.Errorf("a sale that was given up is told as %s", told.body)
	}
}
