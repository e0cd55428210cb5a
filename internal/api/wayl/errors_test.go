package wayl

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
)

func TestFailure(t *testing.T) {
	t.Parallel()
	t.Run("every kind has a status", func(t *testing.T) {
		t.Parallel()
		for _, kind := range fault.Kinds() {
			if statusOf[kind] < 400 {
				t.Errorf("%s has the status %d", kind, statusOf[kind])
			}
		}
	})
	found := problems{fault.Invalidf("total", "x", "one"), fault.Invalidf("lineItem[3].label", "x", "two")}
	for name, c := range map[string]struct {
		problem *fault.Error
		status  int
		want    string
	}{
		"a member that is wrong is named": {
			fault.Invalidf("total", "x", "total is wrong"), 422, `{"success":false,"message":"total is wrong","errors":[{"path":["total"],"message":"total is wrong"}]}`,
		},
		"all of them are": {
			fault.From(found.fault()), 422,
			`{"success":false,"message":"Validation failed: one","errors":[{"path":["total"],"message":"one"},{"path":["lineItem",3,"label"],"message":"two"}]}`,
		},
		"the remedy is part of the message": {
			link.ErrNotVerified.WithHint("Ask"), 403, `{"success":false,"message":"Store must be verified to create payment links. Ask"}`,
		},
		"malformed JSON": {fault.New(fault.Invalid, "malformed_json", "no"), 400, `{"success":false,"message":"no"}`},
		"a duplicate":    {fault.New(fault.Conflict, "x", "no"), 409, `{"success":false,"message":"no"}`},
		"a wrong state":  {link.ErrNotPaid, 409, `{"success":false,"message":"Only a paid order can be refunded"}`},
		"too much is asked back": {
			pay.ErrRefundExceeds, 422,
			`{"success":false,"message":"The refund is more than what is left of the charge","errors":[{"path":["amount"],"message":"The refund is more than what is left of the charge"}]}`,
		},
		"a page's name that is taken is nobody's fault": {pay.ErrHandleTaken, 503, `{"success":false,"message":"The checkout's public name is taken"}`},
		"an internal fault shows nothing of itself":     {fault.From(errors.New("secret")).WithHint("secret"), 500, `{"success":false,"message":"Internal server error"}`},
		"a kind outside the set is internal":            {fault.New(99, "x", "odd"), 500, `{"success":false,"message":"odd"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Failure(nil, c.problem); got.Status != c.status || string(got.Body) != c.want {
				t.Errorf("got  %d %s\nwant %d %s", got.Status, got.Body, c.status, c.want)
			}
		})
	}
}

func TestDinars(t *testing.T) {
	t.Parallel()
	for minor, want := range map[int64]string{0: "0", 1000: "1", 10_000_000: "10000", 1500: "1.5", 1: "0.001", -1500: "-1.5"} {
		if got := dinarsOf(money.New(minor, "IQD")); string(got) != want {
			t.Errorf("%d is %s, want %s", minor, got, want)
		}
	}
	for minor, want := range map[int64]string{0: "0", 499: "0", 500: "1", 1499: "1", 250_000: "250"} {
		if got := roundedDinars(money.New(minor, "IQD")); string(got) != want {
			t.Errorf("%d is about %s, want %s", minor, got, want)
		}
	}
	if got := dinarsOf(money.Amount{}); got != "0" {
		t.Errorf("no amount is %s", got)
	}
}

func TestWholeOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[api.Number]int64{
		"0": 0, "1000": 1000, "1000.0": 1000, "1000.000": 1000, "-5": -5, "1e3": 1000, "1.0e3": 1000, "1E+3": 1000, "1.5e3": 1500, "10000e-1": 1000,
		"0.001e6": 1000, "-0": 0, "-0.0": 0, "0e9": 0, "0.0e-9": 0, "0e99999999999999999999": 0, "-1.5e1": -15, "999999999999999999": 999999999999999999,
		"1000.00000000000000000000000000000000000000": 1000,
		// Beyond every amount it is enough to know the side.
		"9223372036854775807": endless, "1e18": endless, "1e400": endless, "-1e400": -endless, "1e99999999999999999999": endless,
	} {
		if got, ok := wholeOf(text); !ok || got != want {
			t.Errorf("%s is %d, %t", text, got, ok)
		}
	}
	for _, text := range []api.Number{"1.5", "1e-1", "1.55e1", "1000e-4", "1e-400", "-0.5", "1e-99999999999999999999", "0.1", "1000.00000000000000000000000000000000000001"} {
		if got, ok := wholeOf(text); ok {
			t.Errorf("%s is %d", text, got)
		}
	}
}

func TestPagesBeyond64BitsAreTheirBound(t *testing.T) {
	t.Parallel()
	var found problems
	endless := strings.Repeat("9", 30)
	if take, skip := found.page(url.Values{"take": {endless}, "skip": {endless}}); take != maxTake || skip != maxSkip || len(found) > 0 {
		t.Errorf("take %d, skip %d, %v", take, skip, found)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	for method, want := range map[connector.Method]string{
		connector.Card: "Card", connector.QiCard: "QiCard", connector.ZainCash: "ZainCash", connector.FIB: "FIB",
		connector.Bank: "Bank", connector.Voucher: "voucher", "": "",
	} {
		if got := methodOf(method); got != want {
			t.Errorf("%q is %q, want %q", method, got, want)
		}
	}
}

// A link says how it was paid for as long as it is kept (spec/wayl.md §2, §7).
func TestThePaymentMethodIsKept(t *testing.T) {
	t.Parallel()
	d := &dialect{}
	for method, want := range map[connector.Method]string{connector.Card: "Card", connector.QiCard: "QiCard", connector.ZainCash: "ZainCash", connector.FIB: "FIB"} {
		for _, status := range []link.Status{link.Complete, link.Delivered, link.Returned} {
			told := d.linkWire(link.Link{Status: status, Payment: "PAY_1", Method: method})
			if told.PaymentMethod == nil || *told.PaymentMethod != want || told.Reversable != (status != link.Returned) {
				t.Errorf("%s by %s: %+v", status, method, told)
			}
		}
	}
	if told := d.linkWire(link.Link{Status: link.Processing}); told.PaymentMethod != nil || told.Reversable {
		t.Errorf("unpaid: %+v", told)
	}
}

func TestInitiators(t *testing.T) {
	t.Parallel()
	for party, want := range map[pay.RefundParty]string{
		pay.AskedByMerchant: "Merchant", pay.AskedByCustomer: "Customer", pay.AskedByOperator: "System", pay.AskedBySystem: "System",
	} {
		told, err := fromRefund(link.Refund{ID: pay.RefundID("REF_0000000000000000000001"), AskedBy: party})
		if err != nil || told.InitiatedBy != want {
			t.Errorf("%s is told as %q, %v", party, told.InitiatedBy, err)
		}
	}
}

// FuzzCreateLink holds that a body is judged without a panic: it is malformed,
// or every fault names a member, or all that was read is within its limits.
func FuzzCreateLink(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `[]`, `{"referenceId":"order-1","total":10000,"currency":"IQD"}`, `{"referenceId":"a","total":1e400,"currency":"IQD"}`,
		`{"total":-0.0,"lineItem":[{"label":"abc","amount":1,"type":"increase"},{}]}`, `{"lineItem":[null]}`, `{"webhookUrl":"http://[::1","webhookSecret":"\u0000123456789"}`,
		`{"redirectionUrl":"https://h/?a=%zz&referenceId","referenceId":"\ud834\udd1e","total":1000.000,"currency":"IQD","linkExpiresIn":"0001h"}`,
		`{"env":"live","customParameter":null,"linkExpiresIn":"30d"}`, `{"total":9223372036854775807}`, `{"lineItem":{}}`, `{"total":"1"}`,
	} {
		f.Add([]byte(seed))
	}
	d := &dialect{links: link.New(link.Config{}), defaultEnv: pay.Test}
	f.Fuzz(func(t *testing.T, body []byte) {
		var wire createLinkWire
		wrong, err := api.DecodeAll(body, &wire, api.IgnoreUnknown)
		if err != nil {
			if answer := failure(nil, fault.From(err)); answer.Status != http.StatusBadRequest && answer.Status != http.StatusUnprocessableEntity {
				t.Fatalf("%q: %d", body, answer.Status)
			}
			return
		}
		found := problems(wrong)
		in := d.readLink(wire, &found)
		for _, problem := range found {
			if problem.Field == "" || len(pathOf(problem.Field)) == 0 {
				t.Fatalf("%q: nameless fault %v", body, problem)
			}
		}
		if err := found.fault(); err != nil {
			var told failureWire
			answer := failure(nil, fault.From(err))
			if err := json.Unmarshal(answer.Body, &told); err != nil || len(told.Errors) != len(found) {
				t.Fatalf("%q: %s %v", body, answer.Body, err)
			}
			return
		}
		if in.Reference == "" || in.Total.Minor() < minTotal*dinar || in.Total.Minor()%dinar != 0 || in.Life <= 0 {
			t.Fatalf("%q became %+v", body, in)
		}
		if sum, err := link.Sum(in.Lines); err != nil || len(in.Lines) > 0 && sum != in.Total {
			t.Fatalf("%q: lines of %s, %v", body, fmt.Sprint(sum.Minor()), err)
		}
	})
}
