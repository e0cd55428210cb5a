package connectortest

import (
	"reflect"
	"regexp"
	"testing"

	"tillway/internal/connector"
)

func capabilityCases() []testCase {
	return []testCase{
		{"capabilities are sane and constant", nil, capabilitiesAreSane},
		{"every story is told or declared impossible", nil, everyStoryIsAccounted},
		{"capabilities agree with the stories", nil, capabilitiesAgree},
	}
}

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func capabilitiesAreSane(t *testing.T, b *bench) {
	can := b.c.Describe()
	if !reflect.DeepEqual(can, b.c.Describe()) {
		t.Error("Describe gives two answers")
	}
	if !nameShape.MatchString(can.Name) {
		t.Errorf("name %q does not fit a ledger account", can.Name)
	}
	for _, env := range can.Environments {
		if env != connector.Test && env != connector.Live {
			t.Errorf("environment %q is not of the closed set", env)
		}
	}
	if can.MaxBlock <= 0 {
		t.Error("MaxBlock is not positive: an unknown reference could never be trusted to stay unknown")
	}
	if can.LateCapture < 0 || can.RefundWindow < 0 {
		t.Error("a duration is negative")
	}
	if !can.Serves(b.Environment, b.Input(t, Succeeds).Method, b.Amount.Currency()) {
		t.Error("the connector does not serve the harness's own charge")
	}
}

func everyStoryIsAccounted(t *testing.T, b *bench) {
	known := make(map[Story]bool)
	for _, story := range Stories() {
		known[story] = true
		why, unsupported := b.Unsupported[story]
		switch {
		case unsupported && why == "":
			t.Errorf("%q is declared impossible without a reason", story)
		case !unsupported:
			b.charge(t, story) // fails when the turns are missing
		}
	}
	for story := range b.Unsupported {
		if !known[story] {
			t.Errorf("%q is declared impossible, but is no story", story)
		}
	}
	for _, story := range []Story{Succeeds, DeclinedHard} {
		if _, unsupported := b.Unsupported[story]; unsupported {
			t.Errorf("every provider can be made to tell %q", story)
		}
	}
}

// asking are the methods whose customer is always asked, and how.
var asking = map[connector.Method]Story{
	connector.JazzCash:  AsksForCode,
	connector.Easypaisa: AsksForCode,
	connector.QiCard:    AsksCustomer,
	connector.ZainCash:  AsksCustomer,
	connector.FIB:       AsksCustomer,
}

func capabilitiesAgree(t *testing.T, b *bench) {
	can := b.c.Describe()
	tells := func(story Story) bool { _, unsupported := b.Unsupported[story]; return !unsupported }
	if (can.LateCapture > 0) != tells(CapturesAfterExpiry) {
		t.Errorf("LateCapture is %v, and the harness says %v to %q", can.LateCapture, tells(CapturesAfterExpiry), CapturesAfterExpiry)
	}
	if can.AsyncRefund != tells(RefundSucceedsLater) {
		t.Errorf("AsyncRefund is %v, and the harness says %v to %q", can.AsyncRefund, tells(RefundSucceedsLater), RefundSucceedsLater)
	}
	for _, method := range can.Methods {
		if story, asks := asking[method]; asks && !tells(story) {
			t.Errorf("the method %q is served, and the harness says no to %q", method, story)
		}
	}
	if can.InquiryByReference && !tells(LosesAnswerMoved) {
		t.Error("inquiry by reference is claimed, and cannot be shown without a lost answer")
	}
	if can.InquiryByReference && !tells(LosesAnswerNotMoved) {
		t.Error("inquiry by reference is claimed, and cannot be shown without a lost request")
	}
}
