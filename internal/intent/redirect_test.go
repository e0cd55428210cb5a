package intent_test

import (
	"testing"

	"tillway/internal/intent"
)

func TestReturn(t *testing.T) {
	t.Parallel()
	made := intent.Intent{ID: "i-1", TxnRef: "WPAY1", Reference: intent.OrderRef{OrderRef: "TEST-1"}}
	const own = "paymentIntentId=i-1&orderRef=TEST-1&txnRef=WPAY1&status=Completed"
	for address, want := range map[string]string{
		"":                                    "",
		"https://a.example/done":              "https://a.example/done?" + own,
		"https://a.example/done?":             "https://a.example/done?" + own,
		"https://a.example/done?x=1&y=%20+":   "https://a.example/done?x=1&y=%20+&" + own,
		"https://a.example/done?x=1#part":     "https://a.example/done?x=1&" + own + "#part",
		"https://a.example/#a?b":              "https://a.example/?" + own + "#a?b",
		"https://a.example/?status=x&a=%zz&b": "https://a.example/?a=%zz&b&" + own,
		"https://a.example/?txn%52ef=1&q=%26": "https://a.example/?q=%26&" + own,
	} {
		if got := made.Return(address, intent.Completed); got != want {
			t.Errorf("%s leads to %s, want %s", address, got, want)
		}
	}
}
