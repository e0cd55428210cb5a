package waypay_test

import (
	"net/http"
	"testing"
)

func TestProblemDetailsAreForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for accept, problem := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "application/problem+json": true, "Application/Problem+JSON": true,
		"application/json, application/problem+json": false, "application/problem+json, application/json": true,
		"application/json;q=0.5, application/problem+json": true, "application/json, application/problem+json;q=0.9": false,
		"application/problem+json;q=0": false, "application/problem+json;q=x": false, "text/html, application/problem+json": true, ";;": false,
	} {
		header := http.Header{"Swich-Api-Key": {myKey}}
		if accept != "" {
			header.Set("Accept", accept)
		}
		answer := w.askWith(t, header, http.MethodPost, initiatePath, newCheckout(t, "ORD1", object{"description": "One, two"})).wants(t, http.StatusBadRequest)
		_, is := answer.body["title"]
		mediaType := map[bool]string{false: "application/json", true: "application/problem+json"}[problem]
		if is != problem || answer.Header().Get("Content-Type") != mediaType {
			t.Errorf("Accept %q: %s %s", accept, answer.Header().Get("Content-Type"), answer.Body)
		}
	}
}

func TestProblemDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	header := http.Header{"Swich-Api-Key": {myKey}, "Accept": {"application/problem+json"}}
	told := w.askWith(t, header, http.MethodPost, initiatePath, newCheckout(t, "ORD1", object{"description": "One, two"})).body
	errors, _ := told["errors"].(object)
	if told["status"] != 400.0 || told["title"] != "Bad Request" || told["instance"] != initiatePath || told["detail"] == "" ||
		told["code"] != "validation_error" || told["type"] == "" || errors["description"] == nil {
		t.Errorf("told %v", told)
	}
	told = w.askWith(t, header, http.MethodPost, initiatePath, newCheckout(t, "ORD1", object{"amount": 1})).body
	if told["status"] != 422.0 || told["code"] != "amount_too_low" {
		t.Errorf("told %v", told)
	}
	told = w.askWith(t, header, http.MethodGet, lookPath+"nothing", nil).body
	if told["status"] != 404.0 || told["errors"] != nil {
		t.Errorf("told %v", told)
	}
	// What went well looks the same for everybody.
	made := w.askWith(t, header, http.MethodPost, initiatePath, newCheckout(t, "ORD1", nil)).wants(t, http.StatusOK)
	if made.Header().Get("Content-Type") != "application/json" {
		t.Errorf("a success is %s", made.Header().Get("Content-Type"))
	}
}
