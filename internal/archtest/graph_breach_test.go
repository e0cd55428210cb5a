package archtest

import (
	"slices"
	"strings"
	"testing"
)

// graphOf is a house of nothing but one chain of imports.
func graphOf(chain ...string) graph {
	made := graph{}
	for i, name := range chain {
		made[name] = nil
		if i+1 < len(chain) {
			made[name] = []string{chain[i+1]}
		}
	}
	return made
}

func TestEveryRuleReportsItsBreach(t *testing.T) {
	t.Parallel()
	for _, r := range rules {
		t.Run(r.says, func(t *testing.T) {
			t.Parallel()
			if len(r.breach) < 2 {
				t.Fatal("the rule has no example of a breach")
			}
			want := strings.Join(r.breach, " → ")
			if got := r.breaches(graphOf(r.breach...)); !slices.Contains(got, want) {
				t.Errorf("the breach %s is not reported, only %q", want, got)
			}
		})
	}
}

func TestASoundHouseIsNotReported(t *testing.T) {
	t.Parallel()
	sound := graph{
		"cmd/tillway":                      {"internal/cli", "os"},
		"internal/cli":                     {"internal/app", "internal/config"},
		"internal/app":                     {"internal/api/pancake", "internal/fanout", "internal/store", "internal/store/migrations", "net/http"},
		"internal/api/pancake":             {"internal/api", "internal/api/pancake/graph", "internal/auth", "internal/pay", "internal/webhook"},
		"internal/api/pancake/graph":       {"internal/api/pancake/wire", "internal/report"},
		"internal/api":                     {"internal/fault", "net/http", "internal/telemetry"},
		"internal/fanout":                  {"internal/pay", "internal/webhook"},
		"internal/store":                   {"internal/pay", "internal/sqldb", "internal/store/migrations", "internal/webhook", "internal/job"},
		"internal/store/storetest":         {"internal/store", "internal/sqldb/sqldbtest", "testing"},
		"internal/sqldb":                   {"internal/fault", "database/sql"},
		"internal/sqldb/sqldbtest":         {"internal/sqldb", "testing"},
		"internal/pay":                     {"internal/connector", "internal/pay/ledger", "internal/id", "internal/seal", "context"},
		"internal/pay/ledger":              {"internal/money", "internal/fault"},
		"internal/pay/paytest":             {"internal/store", "internal/connector/simulator"},
		"internal/connector":               {"internal/money"},
		"internal/connector/simulator":     {"internal/connector", "internal/sqldb"},
		"internal/webhook":                 {"internal/lease", "internal/egress", "net/http"},
		"internal/webhook/format/slack":    {"internal/webhook"},
		"internal/job":                     {"internal/lease", "internal/fault"},
		"internal/lease":                   {"internal/fault"},
		"internal/id":                      {"internal/fault", "github.com/google/uuid"},
		"github.com/google/uuid":           {"database/sql/driver", "net"},
		"internal/money":                   {"internal/fault", "math/bits"},
		"internal/fault":                   {"errors"},
		"test/e2e":                         {"internal/cli", "internal/store", "testing"},
		"net/http":                         {"net"},
		"database/sql":                     {"database/sql/driver"},
		"internal/web/checkout":            {"internal/pay", "internal/web/ui", "net/http"},
		"internal/api/wayl":                {"internal/api", "internal/api/wayl/wire"},
		"internal/connector/stripe":        {"internal/connector", "internal/egress", "net/http"},
		"internal/egress":                  {"internal/fault", "net/http", "code.dny.dev/ssrf"},
		"internal/api/dialecttest":         {"internal/api/pancake", "internal/store", "testing"},
		"internal/webhook/webhooktest":     {"internal/webhook", "testing"},
		"internal/connector/connectortest": {"internal/connector", "testing"},
	}
	for _, r := range rules {
		for _, breach := range r.breaches(sound) {
			t.Errorf("%s is reported by: %s", breach, r.says)
		}
	}
}

func TestRulesNameOnlyWhatTheHouseHas(t *testing.T) {
	t.Parallel()
	for _, r := range rules {
		for _, p := range slices.Concat(r.from, r.except, r.only, r.never) {
			base := strings.TrimSuffix(string(p), "/...")
			known := p == "..." || slices.Contains(proofs, p) || base == "cmd" || roomOf(base) != "" || !isOurs(base)
			if !known {
				t.Errorf("the rule %q binds %q, which is no room of the house: a misspelt rule enforces nothing", r.says, p)
			}
		}
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern pattern
		name    string
		want    bool
	}{
		{"internal/pay", "internal/pay", true},
		{"internal/pay", "internal/pay/ledger", false},
		{"internal/pay/...", "internal/pay", true},
		{"internal/pay/...", "internal/pay/ledger", true},
		{"internal/pay/...", "internal/payroll", false},
		{"database/sql", "database/sql/driver", false},
		{"net/http/...", "net/http/httptest", true},
		{"...", "internal/pay", true},
		{"...", "net/http", false},
		{"*test/...", "internal/store/storetest", true},
		{"*test/...", "internal/store/storetest/fixture", true},
		{"*test/...", "internal/store", false},
		{"*test/...", "net/http/httptest", false},
		{"test/...", "test/e2e", true},
		{"test/...", "testing", false},
	}
	for _, c := range cases {
		if got := c.pattern.matches(c.name); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.name, got, c.want)
		}
	}
}

func TestChainsAreShortestAndEnd(t *testing.T) {
	t.Parallel()
	round := graph{"a": {"b", "c"}, "b": {"d"}, "c": {"a", "d"}, "d": {"a"}}
	if got := round.chains("a", false); len(got) != 2 {
		t.Errorf("direct chains %v", got)
	}
	want := [][]string{{"a", "b"}, {"a", "c"}, {"a", "b", "d"}}
	if got := round.chains("a", true); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("chains %v, want %v", got, want)
	}
}
