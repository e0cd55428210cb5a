package simulator_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"tillway/internal/connector/simulator"
)

// guide is the page that tells people about the magic inputs.
const guide = "../../../docs/testing-payments.md"

// The guide lists exactly the cards, wallets and codes that the simulator knows.
// TILLWAY_UPDATE_DOCS=1 writes its tables anew.
func TestGuideListsEveryMagicInput(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	var cards, wallets, codes strings.Builder
	for _, card := range simulator.Cards() {
		fmt.Fprintf(&cards, "| `%s` | %s | %s |\n", card.Number, card.Brand, card.Summary)
	}
	for _, wallet := range simulator.Wallets() {
		fmt.Fprintf(&wallets, "| `%s` | `%s` | %s |\n", wallet.Suffix, wallet.Example, wallet.Summary)
	}
	for _, code := range simulator.Codes() {
		fmt.Fprintf(&codes, "| `%s` | %s |\n", code.Code, code.Summary)
	}
	want := between(t, string(text), "<!-- cards -->", cards.String())
	want = between(t, want, "<!-- wallets -->", wallets.String())
	want = between(t, want, "<!-- codes -->", codes.String())
	if string(text) == want {
		return
	}
	if os.Getenv("TILLWAY_UPDATE_DOCS") == "" {
		t.Fatal("docs/testing-payments.md is not what the simulator knows; write it anew with TILLWAY_UPDATE_DOCS=1 go test ./internal/connector/simulator")
	}
	if err := os.WriteFile(guide, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// between puts rows between a pair of equal marks, under the table's head.
func between(t *testing.T, text, mark, rows string) string {
	t.Helper()
	parts := strings.Split(text, mark)
	if len(parts) != 3 {
		t.Fatalf("the guide has %d marks %s, want 2", len(parts)-1, mark)
	}
	head := strings.SplitAfterN(strings.TrimPrefix(parts[1], "\n"), "\n", 3)
	if len(head) < 2 {
		t.Fatalf("no table between the marks %s", mark)
	}
	return parts[0] + mark + "\n" + head[0] + head[1] + rows + mark + parts[2]
}
