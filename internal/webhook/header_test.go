package webhook

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheEndpointsOwnLinesReplaceNothing(t *testing.T) {
	t.Parallel()
	delivery := Delivery{
		Headers: []Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Waffo-Event", Value: "order.completed"}},
		Route: Route{Extra: []Header{
			{Name: "Authorization", Value: "Bearer hush"},
			{Name: "webhook-signature", Value: "forged"},
			{Name: "content-type", Value: "text/plain"},
			{Name: "HOST", Value: "inner"},
			{Name: "Metadata-Flavor", Value: "Google"},
			{Name: "user-agent", Value: "mine"},
		}},
	}
	sent := delivery.request([]Header{{Name: "Webhook-Signature", Value: "v1,x"}})
	want := []Header{
		{Name: "Authorization", Value: "Bearer hush"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Webhook-Signature", Value: "v1,x"},
		{Name: "X-Waffo-Event", Value: "order.completed"},
		{Name: "user-agent", Value: "mine"},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	logged := delivery.shown(sent)
	for i, line := range logged {
		own := line.Name == "Authorization" || line.Name == "user-agent"
		if line.Name != sent[i].Name || own != (line.Value == redactedValue) {
			t.Errorf("%s is logged as %q", line.Name, line.Value)
		}
	}
	if sent[0].Value != "Bearer hush" {
		t.Error("redacting the log changed what is sent")
	}
}
