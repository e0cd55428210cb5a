package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/operator"
)

// receiver is a merchant's server that answers every webhook with a status, and
// the webhook that leads there.
func receiver(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Receiver", "mine")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "said \x1b[31mred")
	}))
	ts.Defer(server.Close)
	var made operator.SetupOut
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &made))
	key, err := pancakeclient.ParseKey(made.Pancake.Test.PrivateKey)
	ts.Check(err)
	client := pancakeclient.Client{BaseURL: ts.Getenv("URL"), MerchantID: string(made.MerchantID), Key: key}
	var added struct {
		Webhook struct {
			ID string `json:"id"`
		} `json:"webhook"`
	}
	ts.Check(client.Call(context.Background(), "/v1/actions/store/add-webhook", map[string]any{
		"storeId": made.StoreID, "channel": "http", "url": server.URL, "events": []string{"order.completed"}, "testMode": true,
	}, &added))
	ts.Setenv("WEBHOOK", added.Webhook.ID)
}
