package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/webhook"
)

type webhookShowCommand struct {
	config.Data `embed:""`
	Delivery    string `arg:"" name:"delivery-id" help:"The delivery, as the log lists it."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run shows one delivery whole.
func (c *webhookShowCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var shown operator.DeliveryExchange
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		shown, err = o.ShowDelivery(ctx, operator.ShowDeliveryIn{Delivery: webhook.DeliveryID(c.Delivery)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, shown)
	}
	printExchange(s.Out, shown)
	return nil
}

func printExchange(w io.Writer, d operator.DeliveryExchange) {
	say := sayer(w)
	say("Delivery     %s, made %s", d.ID, exactTime(d.CreatedAt))
	if d.Origin == webhook.FromTest {
		say("Event        a sample of %s", d.EventType)
	} else {
		say("Event        %s %s (%s)", d.EventType, d.EventKey, d.EventID)
	}
	say("About        %s", orDash(d.Subject))
	say("Store        %s, %s", d.Store, d.Environment)
	if d.Called {
		say("To           %s, which came with the request", d.URL)
	} else {
		say("Webhook      %s, %s, %s", orDash(string(d.Webhook)), d.Channel, d.URL)
	}
	say("Signed by    %s; tried again: %s", orDash(string(d.Scheme)), again(d.Schedule))
	say("State        %s", stateOf(d))
	say("\nBody, %d bytes, the same in every try:", d.BodySize)
	printContent(w, d.Body)
	if d.Tried > len(d.Tries) {
		say("\nThe latest %d of %d tries:", len(d.Tries), d.Tried)
	}
	for _, t := range d.Tries {
		printTry(w, t)
	}
	if len(d.Tries) == 0 {
		say("\nNothing has been sent.")
	}
}

// again says by which schedule a delivery is tried again.
func again(schedule webhook.ScheduleName) string {
	if schedule.Single() {
		return "never"
	}
	return "by the schedule " + string(schedule)
}

func stateOf(d operator.DeliveryExchange) string {
	state := string(d.State)
	if d.Origin == webhook.FromTest {
		state += ", a test"
	}
	switch {
	case d.Sending:
		state += ", being sent now"
	case d.Behind != "":
		state += ", waits for the end of " + string(d.Behind) + " of the same order"
	case !d.NextTry.IsZero():
		state += ", next try " + exactTime(d.NextTry)
	}
	if d.LastReason != "" {
		state += ": " + d.LastReason
	}
	return state
}

func printTry(w io.Writer, t operator.DeliveryTry) {
	say := sayer(w)
	say("\nTry %d, %s, to %s", t.Number, exactTime(t.StartedAt), cmp.Or(t.Address, "no address"))
	var stages []string
	for _, stage := range []struct {
		name string
		us   int64
	}{
		{"name resolved", t.Timings.Resolved},
		{"connected", t.Timings.Connected},
		{"TLS ready", t.Timings.Secured},
		{"first byte", t.Timings.FirstByte},
		{"ended", t.Timings.Total},
	} {
		if stage.us > 0 {
			stages = append(stages, fmt.Sprintf("%s after %.1f ms", stage.name, float64(stage.us)/float64(time.Millisecond/time.Microsecond)))
		}
	}
	say("  %s", strings.Join(stages, ", "))
	say("  > POST %s", t.URL)
	printHeader(w, '>', t.Request)
	if t.Status == 0 {
		say("  no answer: %s", t.Reason)
		return
	}
	say("  < %s", strings.TrimSpace(fmt.Sprintf("%d %s", t.Status, http.StatusText(t.Status))))
	printHeader(w, '<', t.Response)
	printContent(w, t.Body)
	if t.Reason != "" {
		say("  failed: %s", t.Reason)
	}
}

func printHeader(w io.Writer, way rune, lines []operator.HeaderLine) {
	for _, line := range lines {
		_, _ = fmt.Fprintf(w, "  %c %s: %s\n", way, harmless(line.Name), harmless(line.Value))
	}
}

// printContent prints bytes that strangers wrote: JSON indented, other text as
// it is but for what would steer the terminal.
func printContent(w io.Writer, content operator.Content) {
	if len(content.Base64) > 0 {
		_, _ = fmt.Fprintf(w, "    (%d bytes that are no text; see --json)\n", len(content.Base64))
		return
	}
	text := content.Text
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(text), "", "  ") == nil {
		text = indented.String()
	}
	for line := range strings.Lines(text) {
		_, _ = fmt.Fprintf(w, "    %s\n", harmless(strings.TrimRight(line, "\r\n")))
	}
}

// sayer prints lines in which strangers may have had a word: addresses, reasons
// that destinations gave, certificates. A line end may only begin the format.
func sayer(w io.Writer) func(format string, args ...any) {
	return func(format string, args ...any) {
		rest, apart := strings.CutPrefix(format, "\n")
		if apart {
			_, _ = fmt.Fprintln(w)
		}
		_, _ = fmt.Fprintln(w, harmless(fmt.Sprintf(rest, args...)))
	}
}

// harmless replaces what is not to be printed.
func harmless(text string) string {
	return strings.Map(func(char rune) rune {
		if !unicode.IsPrint(char) && char != '\t' {
			return unicode.ReplacementChar
		}
		return char
	}, text)
}

// exactTime is a moment in full.
func exactTime(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000 UTC") }
