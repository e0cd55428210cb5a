package webhook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func with(name, value string) webhook.UpdateEndpointIn {
	return webhook.UpdateEndpointIn{Headers: &[]webhook.Header{{Name: name, Value: value}}}
}

func TestBadSettingsAreRefusedByField(t *testing.T) {
	t.Parallel()
	negative, fast := -1, 60_001
	long, lines := strings.Repeat("a", 501), "a\nb"
	scheme, schedule := webhook.Scheme("rot13"), webhook.ScheduleName("never")
	many := make([]webhook.Header, 21)
	for i := range many {
		many[i] = webhook.Header{Name: "X-" + strings.Repeat("a", i+1), Value: "1"}
	}
	for name, check := range map[string]struct {
		in          webhook.UpdateEndpointIn
		field, code string
	}{
		"a rate below none":            {webhook.UpdateEndpointIn{RatePerMinute: &negative}, "ratePerMinute", "bad_rate"},
		"a rate beyond measure":        {webhook.UpdateEndpointIn{RatePerMinute: &fast}, "ratePerMinute", "bad_rate"},
		"a long description":           {webhook.UpdateEndpointIn{Description: &long}, "description", "bad_description"},
		"a description of two lines":   {webhook.UpdateEndpointIn{Description: &lines}, "description", "bad_description"},
		"a scheme that nobody knows":   {webhook.UpdateEndpointIn{Scheme: &scheme, Schemes: []webhook.Scheme{webhook.StandardScheme}}, "scheme", "unknown_scheme"},
		"a schedule that nobody knows": {webhook.UpdateEndpointIn{Schedule: &schedule, Schedules: []webhook.ScheduleName{"pancake"}}, "schedule", "unknown_schedule"},
		"many headers":                 {webhook.UpdateEndpointIn{Headers: &many}, "headers", "too_many_headers"},
		"a header without a name":      {with("", "1"), "headers", "bad_header_name"},
		"a header with a blank":        {with("X Shop", "1"), "headers", "bad_header_name"},
		"a header with a colon":        {with("X:Shop", "1"), "headers", "bad_header_name"},
		"a header in another script":   {with("X-متجر", "1"), "headers", "bad_header_name"},
		"a value that ends its line":   {with("X-Shop", "1\r\nHost: b"), "headers", "bad_header_value"},
		"a value with a zero":          {with("X-Shop", "a\x00"), "headers", "bad_header_value"},
		"a long value":                 {with("X-Shop", strings.Repeat("a", 1025)), "headers", "long_header"},
		"a header twice, in two spellings": {webhook.UpdateEndpointIn{Headers: &[]webhook.Header{
			{Name: "X-Shop", Value: "1"}, {Name: "x-shop", Value: "2"},
		}}, "headers", "repeated_header"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantFault(t, check.in.Validate(), fault.Invalid, check.field, check.code)
		})
	}
}

func TestReservedHeadersAreRefusedInAnySpelling(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"host", "HOST", "content-length", "Transfer-encoding", "connection", "Metadata", "metadata-flavor",
		"X-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds",
		webhook.PancakeHeader, "x-wayl-signature-256", "X-Waypay-Timestamp", "x-waypay-signature", "X-Diddo-Signature",
		webhook.StandardID, webhook.StandardTimestamp, webhook.StandardSignature,
		"content-type", "X-Waffo-Event", "x-diddo-event", "X-Diddo-Event-Id", // the dialect's word counts, so this one never would
	} {
		wantFault(t, with(name, "1").Validate(), fault.Invalid, "headers", "reserved_header")
	}
	named := with("x-foo", "1")
	if err := named.Validate(); err != nil {
		t.Error(err)
	}
	named.Signatures = []string{"X-Foo"} // that this installation signs with
	wantFault(t, named.Validate(), fault.Invalid, "headers", "reserved_header")
	for _, name := range []string{"Authorization", "X-Hostname", "X-Api-Key", "Metadata-Kind"} {
		if err := with(name, strings.Repeat("é", 512)).Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSettingsAreSaved(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	endpoint := r.mustEndpoint("https://shop.example/hook")
	description, orderly, perMinute := "till 1", true, 90
	scheme, schedule := webhook.StandardScheme, webhook.ScheduleName("patient")
	headers := []webhook.Header{{Name: "x-api-key", Value: "s3cret"}}
	mustUpdate(r, webhook.UpdateEndpointIn{
		ID: endpoint.ID, Description: &description, Ordered: &orderly, RatePerMinute: &perMinute,
		Scheme: &scheme, Schemes: []webhook.Scheme{scheme}, Schedule: &schedule, Schedules: []webhook.ScheduleName{schedule}, Headers: &headers,
	})
	read := r.mustReadEndpoint(endpoint.ID)
	if read.Description != description || !read.Ordered || read.RatePerMinute != perMinute || read.Scheme != scheme || read.Schedule != schedule ||
		!slices.Equal(read.Headers, []webhook.Header{{Name: "X-Api-Key", Value: "s3cret"}}) {
		t.Errorf("saved %+v", read)
	}
	empty, none, dialects, own := "", []webhook.Header{}, webhook.Scheme(""), webhook.ScheduleName("")
	off, unlimited := false, 0
	mustUpdate(r, webhook.UpdateEndpointIn{
		ID: endpoint.ID, Description: &empty, Ordered: &off, RatePerMinute: &unlimited, Scheme: &dialects, Schedule: &own, Headers: &none,
	})
	read = r.mustReadEndpoint(endpoint.ID)
	if read.Description != "" || read.Ordered || read.RatePerMinute != 0 || read.Scheme != "" || read.Schedule != "" || len(read.Headers) != 0 {
		t.Errorf("saved %+v", read)
	}
}

func TestAChatTakesNeitherSchemeNorHeaders(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.mustWrite(func(tx webhook.Tx) error {
		return tx.InsertEndpoint(webhook.Endpoint{
			ID: "chat", Store: "STO_1", Env: webhook.Test, Channel: webhook.Slack, URL: "https://hooks.slack.example/secret", State: webhook.Active,
		})
	})
	scheme := webhook.StandardScheme
	for field, in := range map[string]webhook.UpdateEndpointIn{
		"scheme":  {Scheme: &scheme, Schemes: []webhook.Scheme{scheme}},
		"headers": with("X-Shop", "1"),
	} {
		in.ID, in.Now = "chat", time.Now()
		err := r.write(func(tx webhook.Tx) error {
			_, err := webhook.UpdateEndpoint(t.Context(), tx, in)
			return err
		})
		wantFault(t, err, fault.Invalid, field, "chat_"+field)
	}
}
