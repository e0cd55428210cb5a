package intent

import (
	"slices"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fallback    string
		good, wrong []string
	}{
		"waypay.signature_mode":       {"either", []string{"either", "doc_example", "rule"}, []string{"", "EITHER", "both"}},
		"waypay.redirect_to_callback": {"on", []string{"on", "off"}, []string{"", "true", "1"}},
		"waypay.default_currency":     {"PKR", []string{"PKR", "USD"}, []string{"", "pkr", "IQD"}},
		"waypay.checkout_minutes":     {"60", []string{"1", "60", "44640"}, []string{"", "0", "-1", "44641", "1.5", "an hour"}},
	}
	var names []string
	for _, setting := range Settings() {
		names = append(names, setting.Name)
		c := cases[setting.Name]
		if setting.Help == "" {
			t.Errorf("%s has no help", setting.Name)
		}
		if setting.Default != c.fallback {
			t.Errorf("%s: default %q, want %q", setting.Name, setting.Default, c.fallback)
		}
		for _, value := range c.good {
			if err := setting.Check(value); err != nil {
				t.Errorf("%s = %q: %v", setting.Name, value, err)
			}
		}
		for _, value := range c.wrong {
			if err := setting.Check(value); fault.CodeOf(err) != "bad_setting" {
				t.Errorf("%s = %q: %v", setting.Name, value, err)
			}
		}
	}
	slices.Sort(names)
	if len(names) != len(cases) || len(slices.Compact(names)) != len(cases) {
		t.Errorf("the settings are %v", names)
	}
}

func TestTxnRefsAreSpelledAsTheSourceHasThem(t *testing.T) {
	t.Parallel()
	ids := id.NewSource(time.Now, nil)
	seen := map[string]bool{}
	for range 1000 {
		ref := NewTxnRef(ids)
		if len(ref) != 20 || ref[:4] != "WPAY" || seen[ref] {
			t.Fatalf("drew %q", ref)
		}
		for _, char := range ref[4:] {
			if (char < 'A' || char > 'Z') && (char < '0' || char > '9') {
				t.Fatalf("drew %q", ref)
			}
		}
		seen[ref] = true
	}
}
