package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/webhook"
)

// mustGuide is docs/webhooks.md.
func mustGuide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "webhooks.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var guideSample = regexp.MustCompile("(?s)<!-- sample: (\\S+) -->\n```\\w+\n(.*?)\n```")

// The guide's programs are those of the reference's page, which the other
// tests run; those that need a library are run in test/conformance.
func TestGuideHasThePagesPrograms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("verify/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no programs: %v", err)
	}
	written := map[string]string{}
	for _, found := range guideSample.FindAllStringSubmatch(mustGuide(t), -1) {
		written[found[1]] = found[2]
	}
	for _, file := range files {
		name := filepath.Base(file)
		if name == "shell.sh" {
			continue // for a look by hand; nobody's back end is written in it
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if written[name] != strings.TrimSpace(string(code)) {
			t.Errorf("docs/webhooks.md does not have the program of verify/%s as it is", name)
		}
	}
}

// inWords writes a delay as the guide's tables do.
func inWords(delay time.Duration, units [3]string) string {
	for _, unit := range []struct {
		span time.Duration
		name string
	}{{time.Hour, units[0]}, {time.Minute, units[1]}, {time.Second, units[2]}} {
		if delay%unit.span == 0 {
			return fmt.Sprintf("%d %s", delay/unit.span, unit.name)
		}
	}
	return delay.String()
}

func TestGuidesTablesOfRetriesAreTheSchedules(t *testing.T) {
	t.Parallel()
	guide := mustGuide(t)
	section := guide[strings.Index(guide, "\n## Retries\n"):]
	var rows []string
	for row := range strings.Lines(section) {
		if strings.Contains(row, " retry | ") {
			rows = append(rows, strings.TrimSpace(row))
		}
	}
	var span time.Duration
	for i, delay := range webhook.Pancake.Delays {
		span += delay
		ordinal := []string{"1st", "2nd", "3rd", "4th", "5th", "6th"}[i]
		want := fmt.Sprintf("| %s retry | %s |", ordinal, inWords(delay, [3]string{"hours", "minutes", "seconds"}))
		if i >= len(rows) || rows[i] != want {
			t.Errorf("the table's rows are %q, want the %d. to be %q", rows, i+1, want)
		}
	}
	if len(rows) != len(webhook.Pancake.Delays) {
		t.Errorf("%d rows for %d retries", len(rows), len(webhook.Pancake.Delays))
	}
	if want := fmt.Sprintf("%d hours and %d minutes after the event", int(span.Hours()), int(span.Minutes())%60); !strings.Contains(section, want) {
		t.Errorf("the guide does not say that the last retry comes %s", want)
	}
	for _, schedule := range webhook.Schedules() {
		if schedule.Name.Single() {
			continue
		}
		var delays []string
		for _, delay := range schedule.Delays {
			delays = append(delays, inWords(delay, [3]string{"h", "min", "s"}))
		}
		want := fmt.Sprintf("| `%s` | %s | %s |", schedule.Name, inWords(schedule.TimeLimit, [3]string{"h", "min", "s"}), strings.Join(delays, ", "))
		if !strings.Contains(section, want) {
			t.Errorf("the guide lacks the row %q", want)
		}
	}
}

func TestGuideNamesHeadersAndEvents(t *testing.T) {
	t.Parallel()
	guide := strings.ToLower(mustGuide(t))
	for _, header := range []string{
		webhook.PancakeHeader, webhook.StandardID, webhook.StandardTimestamp, webhook.StandardSignature, "X-Diddo-Signature",
		webhook.DiddoTimestamp, webhook.WaypayTimestamp, webhook.WaypaySignature, webhook.WaylHeader,
	} {
		if !strings.Contains(guide, "`"+strings.ToLower(header)) {
			t.Errorf("the guide does not name the header %s", header)
		}
	}
	told := regexp.MustCompile("(?m)^\\| `((?:order|subscription|refund)\\.[a-z_]+)` \\|").FindAllStringSubmatch(guide, -1)
	known := map[string]bool{}
	for _, found := range regexp.MustCompile(`\b(?:order|subscription|refund)\.[a-z_]+`).FindAllString(string(pancake.OpenAPI), -1) {
		known[found] = true
	}
	for _, event := range told {
		if !known[event[1]] {
			t.Errorf("the guide tells of %s, which the API does not know", event[1])
		}
		delete(known, event[1])
	}
	for event := range known {
		t.Errorf("the guide does not tell of %s", event)
	}
}
