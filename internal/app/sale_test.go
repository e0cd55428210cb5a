package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// till is a merchant's integration with a running server: it sells over HTTP
// and receives webhooks.
type till struct {
	server *app.App
	where  config.Data
	made   operator.SetupOut
	keys   map[pay.Env]pancakeclient.Client
	hooks  chan object // the webhooks' bodies
	http   *http.Client
}

type object = map[string]any

// newTill starts a server with one merchant.
func newTill(t *testing.T, where config.Data) *till {
	t.Helper()
	return newTillOn(t, serverConfig(where))
}

// newTillOn starts the server of a configuration.
func newTillOn(t *testing.T, cfg app.Config) *till {
	t.Helper()
	cfg.Dev = true // the receiver is on this machine
	s := &till{server: mustStart(t, cfg), where: cfg.Data, hooks: make(chan object, 16), keys: map[pay.Env]pancakeclient.Client{}}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	s.http = &http.Client{Transport: transport}
	var err error
	if s.made, err = s.server.Operator().Setup(t.Context(), operator.SetupIn{Email: "a@example.com", StoreName: "Acme"}); err != nil {
		t.Fatal(err)
	}
	for env, pair := range map[pay.Env]operator.PancakeKey{pay.Test: s.made.Pancake.Test, pay.Prod: s.made.Pancake.Prod} {
		key, err := pancakeclient.ParseKey(pair.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		s.keys[env] = pancakeclient.Client{BaseURL: s.server.URL(), MerchantID: string(s.made.MerchantID), Key: key, HTTP: s.http}
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body object
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("webhook: %v", err)
		}
		s.hooks <- body
	}))
	t.Cleanup(receiver.Close)
	s.mustCall(t, pay.Test, "store/add-webhook", object{
		"storeId": s.made.StoreID, "channel": "http", "url": receiver.URL, "events": []string{"order.completed"}, "testMode": true,
	})
	return s
}

// mustCall makes one signed call.
func (s *till) mustCall(t *testing.T, env pay.Env, action string, in object) object {
	t.Helper()
	var out object
	if err := s.keys[env].Call(t.Context(), "/v1/actions/"+action, in, &out); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
	return out
}

// mustOpen opens a checkout of a new product and returns its session.
func (s *till) mustOpen(t *testing.T, env pay.Env, currency, amount string) (session, page string) {
	t.Helper()
	product := s.mustCall(t, env, "onetime-product/create-product", object{
		"storeId": s.made.StoreID, "name": "Guide", "prices": object{currency: object{"amount": amount, "taxCategory": "ebook"}},
	})["product"].(object)
	opened := s.mustCall(t, env, "checkout/create-session", object{"productId": product["id"], "currency": currency})
	return opened["sessionId"].(string), opened["checkoutUrl"].(string)
}

// mustReceive is the next webhook's data.
func (s *till) mustReceive(t *testing.T) object {
	t.Helper()
	select {
	case body := <-s.hooks:
		return body["data"].(object)
	case <-t.Context().Done():
	case <-time.After(30 * time.Second): // only a failing test waits so long
	}
	t.Fatal("no webhook came")
	return nil
}

// mustVerify proves that the data agrees with itself.
func (s *till) mustVerify(t *testing.T) {
	t.Helper()
	verdict, err := app.Verify(t.Context(), s.where, slog.New(slog.DiscardHandler), nil)
	if err != nil || !verdict.Clean() {
		t.Errorf("Verify: %+v, %v", verdict, err)
	}
}

// mustQuery reads rows of two columns from the stopped server's database.
func (s *till) mustQuery(t *testing.T, statement string, args ...any) map[string]int64 {
	t.Helper()
	var db sqldb.DB
	var err error
	if s.where.Postgres() {
		db, err = sqldb.OpenPostgres(t.Context(), sqldb.PostgresConfig{URL: s.where.DatabaseURL.Reveal()})
	} else {
		db, err = sqldb.OpenSQLite(t.Context(), sqldb.SQLiteConfig{Path: s.where.Dir + "/tillway.db"})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := map[string]int64{}
	err = db.Read(context.Background(), func(q sqldb.Querier) error {
		rows, err := q.Query(statement, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var key string
			var value int64
			if err := rows.Scan(&key, &value); err != nil {
				return err
			}
			found[key] = value
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// shopper is one browser at a checkout.
type shopper struct {
	page   string
	client *http.Client
}

func (s *till) newShopper(t *testing.T, page string) shopper {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return shopper{page: page, client: &http.Client{Jar: jar, Transport: s.http.Transport}}
}

// mustPost sends one step and reads its answer.
func (b shopper) mustPost(t *testing.T, step string, fields object) object {
	t.Helper()
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(b.send(t, http.MethodPost, "/"+step, "application/json", text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// mustLook is the page's state.
func (b shopper) mustLook(t *testing.T) object {
	t.Helper()
	var out object
	if err := json.Unmarshal(b.send(t, http.MethodGet, "", "application/json", nil), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// html is the page as a browser without a script loads it.
func (b shopper) html(t *testing.T) string {
	t.Helper()
	return string(b.send(t, http.MethodGet, "", "text/html", nil))
}

func (b shopper) send(t *testing.T, method, step, accept string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.page+step, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Content-Type", "application/json")
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
