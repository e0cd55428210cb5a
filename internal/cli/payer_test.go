package cli

import (
	"testing"

	"tillway/internal/fault"
)

func TestAddressesOfCheckouts(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct{ page, token string }{
		"https://a.example/store/acme/checkout/cs_1":              {"https://a.example/store/acme/checkout/cs_1", ""},
		"https://a.example/store/acme/checkout/cs_1/?test=true":   {"https://a.example/store/acme/checkout/cs_1", ""},
		"https://a.example/store/acme/checkout/cs_1#token=TOK_9":  {"https://a.example/store/acme/checkout/cs_1", "TOK_9"},
		"http://127.0.0.1:8080/pay/3FsZ":                          {"http://127.0.0.1:8080/pay/3FsZ", ""},
		"http://127.0.0.1:8080/pay/3FsZ?lang=ar":                  {"http://127.0.0.1:8080/pay/3FsZ", ""},
		"http://127.0.0.1:8080/diddo/checkout/3FsZ":               {"http://127.0.0.1:8080/diddo/checkout/3FsZ", ""},
		"http://127.0.0.1:8080/pay?id=3FsZ":                       {"http://127.0.0.1:8080/pay?id=3FsZ", ""},
		"http://127.0.0.1:8080/ku/pay?id=3FsZ":                    {"http://127.0.0.1:8080/ku/pay?id=3FsZ", ""},
		"http://127.0.0.1:8080/payment/action?id=3FsZ&lang=en":    {"http://127.0.0.1:8080/payment/action?id=3FsZ&lang=en", ""},
		"https://a.example/":                                      {},
		"https://a.example/pay":                                   {},
		"https://a.example/payment/action":                        {},
		"https://a.example/store/acme/product/PROD_1":             {},
		"https://a.example/elsewhere?id=3FsZ":                     {},
		"ftp://a.example/pay/3FsZ":                                {},
		"/pay/3FsZ":                                               {},
		"https:///pay/3FsZ":                                       {},
		"https://a.example/store/acme/checkout/cs_1#token=%zz":    {},
		"https://a.example/store/acme/checkout/cs_1\x00#token=%2": {},
	} {
		walker, err := newPayer(address, purchase{})
		switch {
		case want.page == "" && fault.From(err).Code != "bad_checkout_url":
			t.Errorf("%q is taken: %v", address, err)
		case want.page == "":
		case err != nil || walker.page != want.page || walker.token != want.token:
			t.Errorf("%q is read as %+v, %v; want %+v", address, walker, err, want)
		}
	}
}
