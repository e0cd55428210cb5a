package harness

import (
	"encoding/json"
	"slices"
	"testing"
)

// Credentials is what `setup --json` prints (DESIGN §5).
type Credentials struct {
	MerchantID string `json:"merchantId"`
	StoreID    string `json:"storeId"`
	Dashboard  struct {
		URL      string `json:"url"`
		Email    string `json:"email"`
		Password string `json:"password"`
	} `json:"dashboard"`
	Pancake struct {
		Test PancakeKey `json:"test"`
		Prod PancakeKey `json:"prod"`
	} `json:"pancake"`
}

// PancakeKey is one environment's key of a Pancake merchant, in PEM.
type PancakeKey struct {
	PrivateKey       string `json:"privateKey"`
	WebhookPublicKey string `json:"webhookPublicKey"`
}

// Setup makes a merchant, a store and credentials in a place: a data directory
// or a postgres:// URL. No server may run on a directory meanwhile, unless it
// is asked through its socket. More arguments follow those of the harness.
func Setup(t testing.TB, place string, more ...string) Credentials {
	t.Helper()
	args := []string{"setup", "--email", "owner@example.test", "--store-name", "Harness", "--json"}
	output := Run(t, place, slices.Concat(args, more)...)
	if output.Code != 0 {
		t.Fatalf("harness: setup exited with %d:\n%s", output.Code, output.Stderr)
	}
	var made Credentials
	if err := json.Unmarshal(output.Stdout, &made); err != nil {
		t.Fatalf("harness: setup --json printed no object: %v\n%s", err, output.Stdout)
	}
	if made.MerchantID == "" || made.StoreID == "" || made.Pancake.Test.PrivateKey == "" {
		t.Fatalf("harness: setup --json left out a credential:\n%s", output.Stdout)
	}
	return made
}
