package report_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// asked is report.WebhookLog that keeps what arrives at the port.
type asked struct {
	report.WebhookLog
	deliveries *report.DeliveryQuery
	events     *report.EventQuery
}

func (a *asked) Deliveries(_ context.Context, _ report.Scope, query report.DeliveryQuery) (report.DeliveryPage, error) {
	a.deliveries = &query
	return report.DeliveryPage{}, nil
}

func (a *asked) Unmatched(_ context.Context, _ report.Scope, query report.EventQuery) (report.EventPage, error) {
	a.events = &query
	return report.EventPage{}, nil
}

func TestDeliveryQueriesAreChecked(t *testing.T) {
	t.Parallel()
	status := func(code int) *int { return &code }
	for name, c := range map[string]struct {
		query report.DeliveryQuery
		field string
	}{
		"a negative limit":      {report.DeliveryQuery{Limit: -1}, "limit"},
		"a limit over the most": {report.DeliveryQuery{Limit: report.MostListed + 1}, "limit"},
		"an unknown state":      {report.DeliveryQuery{State: "lost"}, "state"},
		"an unknown origin":     {report.DeliveryQuery{Origin: "else"}, "origin"},
		"no status":             {report.DeliveryQuery{Status: status(1000)}, "status"},
		"a negative status":     {report.DeliveryQuery{Status: status(-1)}, "status"},
		"a NUL":                 {report.DeliveryQuery{Subject: "ORD\x00"}, "subject"},
		"broken UTF-8":          {report.DeliveryQuery{EventType: "\xff"}, "event"},
		"a long text":           {report.DeliveryQuery{Class: webhook.Class(strings.Repeat("x", 201))}, "class"},
		"a line end":            {report.DeliveryQuery{Endpoint: "E\n"}, "endpoint"},
		"an empty span":         {report.DeliveryQuery{Since: now, Until: now}, "until"},
	} {
		log := &asked{}
		_, err := report.ListDeliveries(t.Context(), log, report.Scope{}, c.query)
		if !fault.Is(err, fault.Invalid) || fault.From(err).Field != c.field || log.deliveries != nil {
			t.Errorf("%s: %v, want a fault of %s and no query", name, err, c.field)
		}
	}
	log := &asked{}
	if _, err := report.ListDeliveries(t.Context(), log, report.Scope{}, report.DeliveryQuery{Status: status(0)}); err != nil || log.deliveries.Limit != report.ListedUnlessAsked {
		t.Errorf("%v, asked %+v", err, log.deliveries)
	}
	if _, err := report.ListUnmatched(t.Context(), log, report.Scope{}, report.EventQuery{Limit: 101}); fault.From(err).Field != "limit" || log.events != nil {
		t.Errorf("events by a limit over the most: %v", err)
	}
}

func TestCursors(t *testing.T) {
	t.Parallel()
	for _, cursor := range []report.Cursor{{}, {At: now}, {At: now.Add(time.Microsecond), ID: "019e0000-0000-7000-8000-000000000000"}, {At: now, ID: "a.b"}} {
		if read, err := report.ParseCursor(cursor.String()); err != nil || read != cursor {
			t.Errorf("%+v reads back as %+v (%v)", cursor, read, err)
		}
	}
	for _, text := range []string{"!", "AAAA", "MTIz", "MTIzLgA", strings.Repeat("MTIzLmFh", 100), "MS7_"} {
		if read, err := report.ParseCursor(text); !fault.Is(err, fault.Invalid) || fault.From(err).Field != "after" {
			t.Errorf("%q is read as %+v (%v)", text, read, err)
		}
	}
}

func TestEveryClassHasWords(t *testing.T) {
	t.Parallel()
	for _, class := range []webhook.Class{
		webhook.Refused, webhook.Resolve, webhook.Connect, webhook.TLS, webhook.Timeout, webhook.Broken, webhook.BadResponse, webhook.Redirect,
		webhook.Status, webhook.Unsigned, webhook.Removed, webhook.Halted, webhook.Locked, webhook.Rejected,
	} {
		if words := report.ClassInWords(class); !strings.Contains(words, " ") {
			t.Errorf("%s is told as %q", class, words)
		}
	}
	if report.ClassInWords("") != "" {
		t.Error("success has words of failure")
	}
}
