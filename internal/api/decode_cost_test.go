package api

import (
	"runtime"
	"strings"
	"testing"
)

// TestDecodeCost holds what one request may cost before anybody is known to be
// behind it: a body of the longest size takes a small multiple of itself. It
// does not run beside other tests, because it reads the process's own count.
func TestDecodeCost(t *testing.T) {
	const most = 8 * MaxBody
	fill := func(item string) string {
		return `{"a":[` + strings.Repeat(item+",", (MaxBody-16)/(len(item)+1)) + `0]}`
	}
	for name, body := range map[string]string{
		"numbers":       fill(`0`),
		"objects":       fill(`{"a":0}`),
		"empty objects": fill(`{}`),
		"lists":         fill(`[]`),
		"short texts":   fill(`"é"`),
		"one text":      `{"a":"` + strings.Repeat("x", MaxBody-16) + `"}`,
		"members":       `{` + strings.Repeat(`"a":0,`, MaxBody/6-4) + `"b":0}`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _ = parse([]byte(body)) // whether it is legal does not matter here
			runtime.ReadMemStats(&after)
			if cost := after.TotalAlloc - before.TotalAlloc; cost > most {
				t.Errorf("%d bytes of JSON took %d bytes of memory, want at most %d", len(body), cost, most)
			}
		})
	}
}
