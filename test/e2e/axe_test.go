package e2e

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is the rule engine of axe-core, from package.json.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	return string(source), err
})

// violation is one rule that a page breaks.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.ID, v.Help)
	for _, node := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n  %s", node.HTML, node.Summary)
	}
	return b.String()
}

// audit asks axe-core for every rule of WCAG 2.2 A and AA and its own best
// practices.
const audit = `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(found => found.violations)`

// wantAccessible fails the test for each rule that the page breaks, and when
// the page is wider than its window.
func (b *tab) wantAccessible(state string) {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatalf("the accessibility tests need axe-core (npm ci in test/e2e): %v", err)
	}
	b.run(chromedp.Evaluate[chromedp.Void](source + "; void 0"))
	awaiting := func(p *runtime.EvaluateParams) { chromedp.EvalAwaitPromise(p) }
	for _, broken := range ask(b, chromedp.Evaluate[[]violation](audit, awaiting)) {
		b.t.Errorf("%s breaks %s", state, broken)
	}
	if over := ask(b, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); over > 0 {
		b.t.Errorf("%s is %d pixels wider than its window", state, over)
	}
}
