package webhook_test

import (
	"strings"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func TestListenInNamesTheBadField(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		change func(*webhook.ListenIn)
		field  string
	}{
		"nothing":                 {func(*webhook.ListenIn) {}, ""},
		"a blank name":            {func(in *webhook.ListenIn) { in.Name = " \t" }, "name"},
		"a line end in the name":  {func(in *webhook.ListenIn) { in.Name = "a\nb" }, "name"},
		"a name without an end":   {func(in *webhook.ListenIn) { in.Name = strings.Repeat("x", 201) }, "name"},
		"a name of broken text":   {func(in *webhook.ListenIn) { in.Name = "\xff" }, "name"},
		"no address":              {func(in *webhook.ListenIn) { in.Forward = "" }, "forwardTo"},
		"an address of no host":   {func(in *webhook.ListenIn) { in.Forward = "http:///hook" }, "forwardTo"},
		"another kind of address": {func(in *webhook.ListenIn) { in.Forward = "ftp://localhost/" }, "forwardTo"},
		"a password":              {func(in *webhook.ListenIn) { in.Forward = "http://u:p@localhost/" }, "forwardTo"},
		"an event without a name": {func(in *webhook.ListenIn) { in.Events = []webhook.EventType{""} }, "events"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := webhook.ListenIn{Store: "STO_1", Env: webhook.Test, Name: "till → http://localhost", Forward: "http://localhost:3000/"}
			check.change(&in)
			err := in.Validate()
			if check.field == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !fault.Is(err, fault.Invalid) || fault.From(err).Field != check.field {
				t.Errorf("gave %v, want a fault of %s", err, check.field)
			}
		})
	}
}
