package pancake_test

import (
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
)

const (
	createKey = "/v1/actions/api-key/create-key"
	deleteKey = "/v1/actions/api-key/delete-key"
)

type keyData struct {
	APIKey struct {
		ID           string  `json:"id"`
		Nickname     string  `json:"nickname"`
		Environment  string  `json:"environment"`
		RecentlyUsed *string `json:"recentlyUsed"`
		CreatedAt    string  `json:"createdAt"`
	} `json:"apiKey"`
}

func TestAPIKeyRotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := mustPairs(t)[2]
	old := w.client(pay.Test)
	var made keyData
	if err := old.Call(t.Context(), createKey, object{"nickname": " next ", "environment": "test", "publicKey": pair.Public}, &made); err != nil {
		t.Fatal(err)
	}
	if made.APIKey.Nickname != "next" || made.APIKey.Environment != "test" || made.APIKey.RecentlyUsed != nil || made.APIKey.CreatedAt != "2026-11-20T12:00:00.000Z" {
		t.Errorf("made %+v", made)
	}
	next := old
	var err error
	if next.Key, err = pancakeclient.ParseKey(pair.Private.Reveal()); err != nil {
		t.Fatal(err)
	}
	for name, client := range map[string]pancakeclient.Client{"old": old, "new": next} {
		if err := client.Call(t.Context(), createStore, object{"name": "Acme"}, nil); err != nil {
			t.Errorf("the %s key: %v", name, err)
		}
	}
	var deleted keyData
	if err := old.Call(t.Context(), deleteKey, object{"id": made.APIKey.ID}, &deleted); err != nil || deleted.APIKey.ID != made.APIKey.ID {
		t.Fatalf("deleted %+v %v", deleted, err)
	}
	mustTell(t, next.Call(t.Context(), createStore, object{"name": "Acme"}, nil), 401, "gateway", "")
	mustTell(t, old.Call(t.Context(), deleteKey, object{"id": made.APIKey.ID}, nil), 404, "user", "API key not found")
	// A nickname and a key may be used again after they were revoked.
	if err := old.Call(t.Context(), createKey, object{"nickname": "next", "environment": "test", "publicKey": pair.Public}, nil); err != nil {
		t.Error(err)
	}
}

func TestAPIKeyRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spare := w.mustKey(t)
	public := mustPairs(t)[2].Public
	for name, c := range map[string]struct {
		env     pay.Env
		path    string
		body    object
		status  int
		message string
	}{
		"nothing":                 {pay.Test, createKey, object{}, 400, "Missing required fields: nickname, environment, publicKey"},
		"no key":                  {pay.Test, createKey, object{"nickname": "n", "environment": "test", "publicKey": "-----BEGIN"}, 400, "Invalid publicKey"},
		"no environment":          {pay.Test, createKey, object{"nickname": "n", "environment": "live", "publicKey": public}, 400, "environment must be 'test' or 'prod'"},
		"the other environment":   {pay.Test, createKey, object{"nickname": "n", "environment": "prod", "publicKey": public}, 403, "Access denied: an API key manages keys of its own environment only"},
		"a nickname in use":       {pay.Test, createKey, object{"nickname": "spare", "environment": "test", "publicKey": public}, 409, "An API key with this nickname already exists"},
		"a key in use":            {pay.Test, createKey, object{"nickname": "n", "environment": "test", "publicKey": mustPairs(t)[1].Public}, 409, "This public key belongs to another API key"},
		"deletion of nothing":     {pay.Test, deleteKey, object{}, 400, "Missing required field: id"},
		"deletion of another id":  {pay.Test, deleteKey, object{"id": noStore}, 400, "Expected format: KEY_xxx"},
		"deletion of an unknown":  {pay.Test, deleteKey, object{"id": noKey}, 404, "API key not found"},
		"deletion from elsewhere": {pay.Prod, deleteKey, object{"id": spare}, 404, "API key not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustTell(t, callAs(t, w.client(c.env), c.path, c.body), c.status, "user", c.message)
		})
	}
}
