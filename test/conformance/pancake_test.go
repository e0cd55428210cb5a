package conformance

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tillway/test/harness"
)

// TestPancakeSDK runs the same programs with two releases of the official SDK:
// the newest, and the last that sends an idempotency key with every write.
func TestPancakeSDK(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob("pancake/*.test.mjs")
	if err != nil || len(programs) == 0 {
		t.Fatalf("there is nothing to run: %v", err)
	}
	for release, name := range map[string]string{
		"release 0.25.0": "@waffo/pancake-ts",
		"release 0.20.0": "pancake-ts-020",
	} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			client := mustFind(t, name)
			place := t.TempDir()
			expired := expiredToken(t, place)
			server := harness.Serve(t, harness.Options{Place: place})
			for _, program := range programs {
				subject, _, _ := strings.Cut(filepath.Base(program), ".")
				t.Run(subject, func(t *testing.T) {
					// Each has a merchant of its own, who may have twenty stores.
					made := harness.SetupAs(t, place, subject+"@example.test")
					client.run(t, program, world{
						URL: server.URL, Binary: harness.Build(t), MerchantID: made.MerchantID, StoreID: made.StoreID,
						Test: made.Pancake.Test, Prod: made.Pancake.Prod, ExpiredToken: expired,
					}, "WAFFO_WEBHOOK_TEST_PUBLIC_KEY="+made.Pancake.Test.WebhookPublicKey)
				})
			}
		})
	}
}

// world is what a program is told.
type world struct {
	URL          string             `json:"url"`
	Binary       string             `json:"binary"`
	MerchantID   string             `json:"merchantId"`
	StoreID      string             `json:"storeId"`
	Test         harness.PancakeKey `json:"test"`
	Prod         harness.PancakeKey `json:"prod"`
	ExpiredToken string             `json:"expiredToken"` // a session token that was good once
}

// expiredToken issues a token and then lets it run out while no server runs:
// five minutes are too long to wait.
func expiredToken(t *testing.T, place string) string {
	t.Helper()
	made := harness.SetupAs(t, place, "early@example.test")
	server := harness.Serve(t, harness.Options{Place: place})
	var issued struct{ Token string }
	made.Merchant(t, server.URL).MustCall(t, "auth/issue-session-token",
		map[string]any{"storeId": made.StoreID, "buyerIdentity": "early bird"}, &issued)
	server.Stop()
	aged, err := harness.Tamper(t, place).ExecContext(t.Context(),
		`UPDATE session_tokens SET expires_at = $1`, time.Now().Add(-time.Second).UnixMicro())
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := aged.RowsAffected(); err != nil || rows != 1 {
		t.Fatalf("%d tokens ran out, want the one that was issued (%v)", rows, err)
	}
	return issued.Token
}
