package waypay_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/api/waypay"
	"tillway/internal/fault"
	"tillway/internal/intent"
)

// Whatever the body, there are at most four texts that it may have been signed
// as, and the digest of each of them is taken.
func FuzzSignature(f *testing.F) {
	for _, v := range mustVectors(f) {
		f.Add([]byte(v.Body), v.ExampleMD5)
	}
	f.Add([]byte(`{"a":1e-64,"A":2}`), "")
	f.Add([]byte(`{"orderRef":{"a":"\u00e9\ud83d\ude00"},"x":"<&>"}`), strings.Repeat("f", 32))
	f.Fuzz(func(t *testing.T, body []byte, given string) {
		var any struct{}
		if api.Decode(body, &any, api.IgnoreUnknown) != nil {
			return // no handler sees it
		}
		texts, err := waypay.BaseStrings(body, intent.EitherSignature)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		if len(texts) == 0 || len(texts) > 4 {
			t.Fatalf("%q has %d candidates", body, len(texts))
		}
		for _, text := range texts {
			if err := waypay.CheckSignature(body, waypay.Digest(text, vectorSecret), vectorSecret, intent.EitherSignature); err != nil {
				t.Fatalf("%q signed as %q is refused: %v", body, text, err)
			}
		}
		good := false
		for _, text := range texts {
			good = good || waypay.Digest(text, vectorSecret) == given
		}
		if err := waypay.CheckSignature(body, given, vectorSecret, intent.EitherSignature); (err == nil) != good {
			t.Fatalf("%q with %q: %v", body, given, err)
		}
	})
}

// Whatever the body, it is answered and never with a failure of our own.
func FuzzCheckout(f *testing.F) {
	for _, v := range mustVectors(f) {
		f.Add([]byte(strings.Replace(v.Body, "{", `{"signature":"`+v.ExampleMD5+`",`, 1)))
	}
	f.Add([]byte(`{"amount":1e400}`))
	f.Add([]byte(`{"amount":-0.0e-64,"description":" ","orderRef":{"orderRef":"A"},"signature":"` + strings.Repeat("0", 32) + `"}`))
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, initiatePath, strings.NewReader(string(body)))
		request.Header.Set("SWICH-API-Key", myKey)
		recorder := httptest.NewRecorder()
		w.kernel.ServeHTTP(recorder, request)
		if recorder.Code >= http.StatusInternalServerError {
			t.Fatalf("%q: answered %d %s", body, recorder.Code, recorder.Body)
		}
	})
}
