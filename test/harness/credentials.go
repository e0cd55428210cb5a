package harness

import (
	"encoding/json"
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
// or a postgres:// URL, beside a server or without one.
func Setup(t testing.TB, place string) Credentials {
	t.Helper()
	return SetupAs(t, place, "owner@example.test")
}

// SetupAs is Setup for one of several merchants of a place, told apart by
// their addresses.
func SetupAs(t testing.TB, place, email string) Credentials {
	t.Helper()
	output := Run(t, place, "setup", "--email", email, "--store-name", "Harness", "--json")
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
