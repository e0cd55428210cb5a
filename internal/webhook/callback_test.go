package webhook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

// called is a callback to a URL, unsigned.
func called(url string, change func(*webhook.Callback)) webhook.Callback {
	c := webhook.Callback{
		ID: "0190c0de-0000-7000-8000-00000000000a", Store: "STO_1", Env: webhook.Test, Dialect: "wayl", URL: url,
		CreatedAt: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC),
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestBadCallbacksAreRefusedByField(t *testing.T) {
	t.Parallel()
	const good = "https://shop.example/told?order=1"
	for name, check := range map[string]struct {
		url    string
		change func(*webhook.Callback)
		field  string // "" is accepted
		code   string
	}{
		"unsigned":                   {good, nil, "", ""},
		"signed by its own secret":   {good, func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.WaylScheme, "1234567890" }, "", ""},
		"signed by the platform":     {good, func(c *webhook.Callback) { c.Scheme = webhook.PancakeScheme }, "", ""},
		"http, if the policy allows": {"http://127.0.0.1:3000/", nil, "", ""},
		"2,048 characters of URL":    {"https://shop.example/" + strings.Repeat("ü", 2048-21), nil, "", ""},
		"2,048 bytes of URL":         {"https://shop.example/" + strings.Repeat("a", 2048-21), nil, "", ""},
		"no id":                      {good, func(c *webhook.Callback) { c.ID = "" }, "id", "bad_callback_id"},
		"a long id":                  {good, func(c *webhook.Callback) { c.ID = webhook.CallbackID(strings.Repeat("a", 101)) }, "id", "bad_callback_id"},
		"no store":                   {good, func(c *webhook.Callback) { c.Store = "" }, "store", "store_required"},
		"an unknown environment":     {good, func(c *webhook.Callback) { c.Env = "live" }, "env", "unknown_environment"},
		"no dialect":                 {good, func(c *webhook.Callback) { c.Dialect = "" }, "dialect", "dialect_required"},
		"no time":                    {good, func(c *webhook.Callback) { c.CreatedAt = time.Time{} }, "createdAt", "created_at_required"},
		"no URL":                     {"", nil, "url", "url_required"},
		"2,049 characters of URL":    {"https://shop.example/" + strings.Repeat("é", 2049-21), nil, "url", "url_too_long"},
		"no absolute URL":            {"/told", nil, "url", "url_malformed"},
		"no host":                    {"https:///told", nil, "url", "url_malformed"},
		"another scheme of URL":      {"ftp://shop.example/", nil, "url", "url_malformed"},
		"no URL at all":              {"https://shop.example/%zz", nil, "url", "url_malformed"},
		"an unknown signing scheme":  {good, func(c *webhook.Callback) { c.Scheme, c.Secret = "md5", "1234567890" }, "scheme", "unknown_scheme"},
		"a secret that is too short": {good, func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.WaylScheme, "123456789" }, "secret", "bad_secret"},
		"a scheme without a secret":  {good, func(c *webhook.Callback) { c.Scheme = webhook.DiddoScheme }, "secret", "bad_secret"},
		"a secret without a scheme":  {good, func(c *webhook.Callback) { c.Secret = "1234567890" }, "secret", "secret_unused"},
		"a secret nobody signs with": {good, func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.PancakeScheme, "1234567890" }, "secret", "secret_unused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := called(check.url, check.change).Validate()
			if check.code == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			wantFault(t, err, fault.Invalid, check.field, check.code)
		})
	}
}

func TestCallbacksOfOneHostShareALine(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		callback webhook.Callback
		want     webhook.QueueID
	}{
		"whatever the path":             {called("https://shop.example/a?b", nil), "callback:STO_1:test:shop.example"},
		"whatever the case":             {called("HTTPS://Shop.Example/", nil), "callback:STO_1:test:shop.example"},
		"with the usual port":           {called("https://shop.example:443/", nil), "callback:STO_1:test:shop.example"},
		"with the dot at the end":       {called("https://shop.example./", nil), "callback:STO_1:test:shop.example"},
		"by http":                       {called("http://shop.example:80/", nil), "callback:STO_1:test:shop.example"},
		"another port is another":       {called("https://shop.example:8443/", nil), "callback:STO_1:test:shop.example:8443"},
		"an address of version 6 is":    {called("https://[2001:DB8::1]:8443/", nil), "callback:STO_1:test:[2001:db8::1]:8443"},
		"another store's is another":    {called("https://shop.example/", func(c *webhook.Callback) { c.Store = "STO_2" }), "callback:STO_2:test:shop.example"},
		"the live environment's is too": {called("https://shop.example/", func(c *webhook.Callback) { c.Env = webhook.Prod }), "callback:STO_1:prod:shop.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := check.callback.Queue(); got != check.want {
				t.Errorf("it waits in %q, want %q", got, check.want)
			}
		})
	}
}

func TestOnlyACallbacksOwnSecretHasAName(t *testing.T) {
	t.Parallel()
	for scheme, named := range map[webhook.Scheme]bool{
		"": false, webhook.PancakeScheme: false,
		webhook.WaylScheme: true, webhook.WaypayScheme: true, webhook.DiddoScheme: true, webhook.StandardScheme: true,
	} {
		c := called("https://shop.example/", func(c *webhook.Callback) { c.Scheme = scheme })
		id, is := webhook.CallbackOfKey(c.KeyName())
		if is != named || named && id != c.ID {
			t.Errorf("%q: the key %q is of the callback %q, %t", scheme, c.KeyName(), id, is)
		}
	}
	if _, is := webhook.CallbackOfKey("4f0c0d3e-0000-7000-8000-000000000001"); is {
		t.Error("an endpoint's key is taken for a callback's")
	}
}

func TestADeliveryToACallbackBelongsToNoEndpoint(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	callback := called("https://shop.example/told", func(c *webhook.Callback) { c.Scheme, c.Secret = webhook.WaylScheme, "1234567890" })
	birth := webhook.Birth{
		ID: "d", Callback: callback, EventID: "EVT_1", EventType: "order.created", EventKey: "PAY_1", Subject: "WLK_1", SubjectVersion: 2,
		Body: []byte("{}"), Scheme: callback.Scheme, KeyName: callback.KeyName(), Schedule: webhook.Wayl.Name, Owner: "me", Now: now,
	}
	want := webhook.Delivery{
		ID: "d", Queue: "callback:STO_1:test:shop.example", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Origin: webhook.FromEvent,
		EventID: "EVT_1", EventType: "order.created", EventKey: "PAY_1", Subject: "WLK_1", SubjectVersion: 2,
		URL: "https://shop.example/told", Body: []byte("{}"), Scheme: webhook.WaylScheme, KeyName: "callback:" + string(callback.ID),
		Schedule: "wayl", State: webhook.Pending, WakeAt: now.Add(webhook.BornLease), Owner: "me", CreatedAt: now,
	}
	if diff := cmp.Diff(want, birth.Delivery()); diff != "" || !birth.Delivery().Called() {
		t.Errorf("-want +got:\n%s", diff)
	}
	birth.Callback.Locked = true
	if got := birth.Delivery(); got.State != webhook.Failed || !got.WakeAt.IsZero() || got.Owner != "" {
		t.Errorf("of a callback that is locked it is %s, leased to %q until %v", got.State, got.Owner, got.WakeAt)
	}
}
