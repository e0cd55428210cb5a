package checkout

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/fault"
)

func TestReadForm(t *testing.T) {
	t.Parallel()
	read := func(contentType, body string) (map[string][]string, error) {
		r := httptest.NewRequest(http.MethodPost, "/store/acme/checkout/cs_1/pay?method=card&number=1", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		return readForm(httptest.NewRecorder(), r)
	}
	t.Run("an address fills in nothing", func(t *testing.T) {
		t.Parallel()
		values, err := read("application/x-www-form-urlencoded", "turn=1")
		if err != nil || len(values) != 1 || values["turn"][0] != "1" {
			t.Errorf("got %v, error %v", values, err)
		}
	})
	t.Run("an object is read like a form", func(t *testing.T) {
		t.Parallel()
		values, err := read("application/json; charset=utf-8", ` {"turn": 12, "business": true, "holder": null, "email": "b@example.test"} `)
		if err != nil || values["turn"][0] != "12" || values["business"][0] != "true" || len(values["holder"]) != 0 || values["email"][0] != "b@example.test" {
			t.Errorf("got %v, error %v", values, err)
		}
	})
	for name, body := range map[string]string{
		"a list":                      `["turn"]`,
		"nothing":                     ``,
		"half an object":              `{"turn": 1`,
		"an object inside":            `{"turn": {"a": 1}}`,
		"something behind it":         `{"turn": 1} {"turn": 2}`,
		"garbage behind it":           `{"turn": 1}xx`,
		"a deep nest":                 strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
		"more than a form ever needs": `{"holder": "` + strings.Repeat("x", maxBody) + `"}`,
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			if values, err := read("application/json", body); !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, error %v", values, err)
			}
		})
	}
}
