package cli

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// A terminal gets a heading above the first line, and what was not a plain first
// attempt says so.
func TestTheListenTableIsHeadedOnce(t *testing.T) {
	t.Parallel()
	var out, told bytes.Buffer
	table := newListenTable(Streams{Out: &out, Err: &told}, false)
	table.terminal = true
	event := listen.Delivery{ID: "d1", Event: "order.completed", Attempt: 1}
	table.delivered(event, forwarded{status: 200, took: 12 * time.Millisecond})
	event.Attempt = 2
	table.delivered(event, forwarded{failure: webhook.Timeout, took: 1500 * time.Millisecond, unrecorded: errors.New("away")})
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i, want := range []string{
		`^TIME +EVENT +STATUS +MS +DELIVERY$`,
		`^\d\d:\d\d:\d\d +order\.completed +200 +12 +d1$`,
		`^\d\d:\d\d:\d\d +order\.completed +timeout +1500 +d1 \(attempt 2\) \(not recorded: comes again\)$`,
	} {
		if i >= len(lines) || !regexp.MustCompile(want).MatchString(lines[i]) {
			t.Errorf("the table is\n%s\nwant line %d like %s", out.String(), i+1, want)
		}
	}
	if len(lines) != 3 || told.Len() > 0 {
		t.Errorf("printed\n%s\nand beside it %q", out.String(), told.String())
	}
}
