package pancake

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"tillway/internal/api"
	"tillway/internal/fault"
)

func TestFailure(t *testing.T) {
	t.Parallel()
	route := &api.Route{Layer: layerProduct}

	t.Run("every kind has a status", func(t *testing.T) {
		t.Parallel()
		for _, kind := range fault.Kinds() {
			if verdict, ok := byKind[kind]; !ok || verdict.status < 400 {
				t.Errorf("%s has the verdict %+v", kind, verdict)
			}
		}
	})
	for name, c := range map[string]struct {
		route   *api.Route
		problem *fault.Error
		status  int
		want    string
	}{
		"a fault of the route is laid to its layer": {
			route, fault.Invalidf("name", "x", "name is wrong"), 400, `{"message":"name is wrong","layer":"product"}`,
		},
		"a field that the message does not name is in the hint": {
			route, fault.Invalidf("media.url", "x", "wrong").WithHint("Fix it"), 400,
			`{"message":"wrong","layer":"product","aiHint":"Field: media.url. Fix it"}`,
		},
		"a noun's fault is laid to the noun": {
			route, fault.New(fault.NotFound, "store_not_found", "Store not found"), 404, `{"message":"Store not found","layer":"store"}`,
		},
		"an unknown address is the gateway's": {
			nil, fault.New(fault.NotFound, "x", "nothing"), 404, `{"message":"nothing","layer":"gateway"}`,
		},
		"a code can have a status of its own": {
			route, fault.New(fault.Invalid, "body_too_large", "long"), 413, `{"message":"long","layer":"gateway"}`,
		},
		"an internal fault shows nothing of itself": {
			route, fault.From(errors.New("secret")).WithHint("secret"), 500, `{"message":"Internal server error","layer":"product"}`,
		},
		"a kind outside the set is internal": {
			route, fault.New(99, "x", "odd"), 500, `{"message":"odd","layer":"product"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := failure(c.route, c.problem)
			if want := `{"data":null,"errors":[` + c.want + `]}`; answer.Status != c.status || string(answer.Body) != want {
				t.Errorf("got  %d %s\nwant %d %s", answer.Status, answer.Body, c.status, want)
			}
		})
	}
}

func FuzzIdempotencyKey(f *testing.F) {
	for _, seed := range []string{"", "a", "A_-9", "a b", "ä", "\x00", string(bytes.Repeat([]byte("k"), 257))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		legal := len(key) > 0 && len(key) <= 256
		for _, char := range []byte(key) {
			legal = legal && (char >= 'a' && char <= 'z' || char >= 'A' && char <= 'Z' || char >= '0' && char <= '9' || char == '_' || char == '-')
		}
		err := checkIdempotencyKey(key)
		if legal != (err == nil) {
			t.Errorf("%q: %v", key, err)
		}
		if err == nil {
			return
		}
		answer := failure(nil, fault.From(err))
		if answer.Status != http.StatusBadRequest || !json.Valid(answer.Body) || !bytes.Contains(answer.Body, []byte(`"layer":"gateway"`)) {
			t.Errorf("%d %s", answer.Status, answer.Body)
		}
	})
}
