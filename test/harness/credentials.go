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
	Wayl struct {
		Token string `json:"token"` // of both environments
	} `json:"wayl"`
	Waypay struct {
		Test WaypayKey `json:"test"`
		Live WaypayKey `json:"live"`
	} `json:"waypay"`
	Diddo struct {
		Test DiddoKey `json:"test"`
		Live DiddoKey `json:"live"`
	} `json:"diddo"`
}

// PancakeKey is one environment's key of a Pancake merchant, in PEM.
type PancakeKey struct {
	PrivateKey       string `json:"privateKey"`
	WebhookPublicKey string `json:"webhookPublicKey"`
}

// WaypayKey is one environment's key of a store: what is sent, and what
// requests and webhooks are signed with.
type WaypayKey struct {
	APIKey    string `json:"apiKey"`
	SecretKey string `json:"secretKey"`
}

// DiddoKey is one environment's key of a store.
type DiddoKey struct {
	APIKey string `json:"apiKey"`
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
	if slices.Contains([]string{
		made.MerchantID, made.StoreID, made.Pancake.Test.PrivateKey, made.Pancake.Prod.PrivateKey, made.Wayl.Token,
		made.Waypay.Test.APIKey, made.Waypay.Test.SecretKey, made.Waypay.Live.APIKey, made.Waypay.Live.SecretKey,
		made.Diddo.Test.APIKey, made.Diddo.Live.APIKey,
	}, "") {
		t.Fatalf("harness: setup --json left out a credential:\n%s", output.Stdout)
	}
	return made
}
