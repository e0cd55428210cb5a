package simulator_test

import (
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
)

// documented is the phone number of the gateways' own documentation.
const documented = "03123456789"

func typed(code string) connector.CustomerInput {
	return connector.CustomerInput{Fields: map[string]string{"code": code}}
}

// eachMobile runs fn for the methods that ask for a one-time password.
func eachMobile(t *testing.T, fn func(t *testing.T, method connector.Method)) {
	t.Helper()
	for _, method := range []connector.Method{connector.JazzCash, connector.Easypaisa} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			fn(t, method)
		})
	}
}

func TestMobileWalletAsksForACode(t *testing.T) {
	t.Parallel()
	eachMobile(t, func(t *testing.T, method connector.Method) {
		f := newFixture(t)
		result := f.Begin(t.Context(), mobileCharge("ATT_1", method, documented))
		if result.Outcome != connector.RequiresAction || result.Action == nil {
			t.Fatalf("told %q (%s), want %q", result.Outcome, result.Message, connector.RequiresAction)
		}
		if result.Action.Kind != connector.OneTimeCode || result.Action.Data[connector.ActionTries] != "3" {
			t.Errorf("action %+v, want a code with three tries", result.Action)
		}
		if want := (connector.Receipt{Brand: string(method), Last4: "6789"}); result.Receipt != want {
			t.Errorf("receipt %+v, want %+v", result.Receipt, want)
		}
		if want := opening.Add(prompt.Challenge); !result.ExpiresAt.Equal(want) {
			t.Errorf("expires at %v, want %v", result.ExpiresAt, want)
		}
	})
}

func TestMagicEndingTellsItsStoryWithoutACode(t *testing.T) {
	t.Parallel()
	eachMobile(t, func(t *testing.T, method connector.Method) {
		f := newFixture(t)
		for _, wallet := range simulator.Wallets() {
			plain := f.Begin(t.Context(), walletCharge("ATT_plain_"+wallet.Suffix, wallet.Example))
			mobile := f.Begin(t.Context(), mobileCharge("ATT_mobile_"+wallet.Suffix, method, wallet.Example))
			if mobile.Outcome != plain.Outcome || mobile.Decline != plain.Decline || mobile.Reason != plain.Reason {
				t.Errorf("…%s tells %q, %q, want %q, %q", wallet.Suffix, mobile.Outcome, mobile.Reason, plain.Outcome, plain.Reason)
			}
			if mobile.Action != nil && mobile.Action.Kind != connector.Challenge {
				t.Errorf("…%s asks for %q, want %q", wallet.Suffix, mobile.Action.Kind, connector.Challenge)
			}
		}
		if bad := f.Begin(t.Context(), mobileCharge("ATT_bad", method, "0312000")); bad.Reason != connector.ReasonInvalidNumber {
			t.Errorf("a phone that is none tells %q, %q", bad.Outcome, bad.Reason)
		}
	})
}

func TestMethodWalletAsksForNoCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mustBegin(t, f, walletCharge("ATT_1", documented), connector.Succeeded)
}

func TestCodeTellsItsStory(t *testing.T) {
	t.Parallel()
	type told struct {
		outcome connector.Outcome
		decline connector.Decline
		reason  connector.Reason
		tries   string
	}
	open := func(tries string) told { return told{connector.RequiresAction, "", "", tries} }
	for name, c := range map[string]struct {
		input []connector.CustomerInput
		want  told
	}{
		"the right code succeeds":          {[]connector.CustomerInput{typed("123456")}, told{outcome: connector.Succeeded}},
		"six zeroes are declined at once":  {[]connector.CustomerInput{typed("000000")}, told{connector.Declined, connector.Soft, connector.ReasonGeneric, ""}},
		"one wrong code leaves two tries":  {[]connector.CustomerInput{typed("111111")}, open("2")},
		"two wrong codes leave one try":    {[]connector.CustomerInput{typed("111111"), typed("111111")}, open("1")},
		"a code that is no number is one":  {[]connector.CustomerInput{typed("12345a")}, open("2")},
		"three wrong codes are declined":   {[]connector.CustomerInput{typed("1"), typed("2"), typed("3")}, told{connector.Declined, connector.Soft, connector.ReasonAuthentication, ""}},
		"a wrong code may be put right":    {[]connector.CustomerInput{typed("1"), typed("2"), typed("123456")}, told{outcome: connector.Succeeded}},
		"a refusal cancels":                {[]connector.CustomerInput{answer("refuse")}, told{connector.Declined, connector.Soft, connector.ReasonCancelled, ""}},
		"a refusal counts before a code":   {[]connector.CustomerInput{{Fields: map[string]string{"answer": "refuse", "code": "123456"}}}, told{connector.Declined, connector.Soft, connector.ReasonCancelled, ""}},
		"a stray answer costs no try":      {[]connector.CustomerInput{{}, typed(""), answer("approve"), answer("yes")}, open("3")},
		"nothing is decided after the end": {[]connector.CustomerInput{typed("000000"), typed("123456")}, told{connector.Declined, connector.Soft, connector.ReasonGeneric, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			ref := mustBegin(t, f, mobileCharge("ATT_1", connector.JazzCash, documented), connector.RequiresAction)
			var result connector.Result
			for _, input := range c.input {
				result = f.Continue(t.Context(), ref, input)
			}
			got := told{result.Outcome, result.Decline, result.Reason, ""}
			if result.Action != nil {
				got.tries = result.Action.Data[connector.ActionTries]
			}
			if got != c.want {
				t.Errorf("told %+v, want %+v", got, c.want)
			}
			wantInquiry(t, f, ref, c.want.outcome, c.want.reason)
		})
	}
}

// The "no" of a customer who was asked for a password is a cancellation even
// behind a card, whose challenge would have failed its authentication.
func TestRefusedCodeOfACardIsCancelled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, tokenCharge("ATT_1", connector.Card, simulator.Token(simulator.OneTimeCode)), connector.RequiresAction)
	f.Continue(t.Context(), ref, answer("refuse"))
	wantInquiry(t, f, ref, connector.Declined, connector.ReasonCancelled)
}

func TestUntypedCodeExpires(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, mobileCharge("ATT_1", connector.Easypaisa, documented), connector.RequiresAction)
	f.Advance(prompt.Challenge - time.Microsecond)
	wantInquiry(t, f, ref, connector.RequiresAction, "")
	f.Advance(time.Microsecond)
	wantInquiry(t, f, ref, connector.Declined, connector.ReasonExpired)
	if result := f.Continue(t.Context(), ref, typed("123456")); result.Outcome != connector.Declined {
		t.Errorf("Continue after the expiry: outcome %q, want %q", result.Outcome, connector.Declined)
	}
}

// A wrong code does not give the customer more time.
func TestWrongCodeKeepsTheExpiry(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ref := mustBegin(t, f, mobileCharge("ATT_1", connector.Easypaisa, documented), connector.RequiresAction)
	f.Advance(time.Minute)
	result := f.Continue(t.Context(), ref, typed("111111"))
	if want := opening.Add(prompt.Challenge); !result.ExpiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", result.ExpiresAt, want)
	}
}

func TestListedCodesDoWhatTheySay(t *testing.T) {
	t.Parallel()
	want := map[string]connector.Outcome{"123456": connector.Succeeded, "000000": connector.Declined}
	for _, code := range simulator.Codes() {
		f := newFixture(t)
		ref := mustBegin(t, f, mobileCharge("ATT_1", connector.JazzCash, documented), connector.RequiresAction)
		if result := f.Continue(t.Context(), ref, typed(code.Code)); result.Outcome != want[code.Code] || code.Summary == "" {
			t.Errorf("%s (%q) tells %q, want %q", code.Code, code.Summary, result.Outcome, want[code.Code])
		}
		delete(want, code.Code)
	}
	for code := range want {
		t.Errorf("%s is not listed, or listed twice", code)
	}
}

func TestWalletOfIraqAsksItsCustomer(t *testing.T) {
	t.Parallel()
	for _, method := range []connector.Method{connector.QiCard, connector.ZainCash, connector.FIB} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			first := f.Begin(t.Context(), tokenCharge("ATT_yes", method, ""))
			if first.Action == nil || first.Action.Kind != connector.Challenge {
				t.Fatalf("action %+v, want %q", first.Action, connector.Challenge)
			}
			if want := (connector.Receipt{Brand: string(method)}); first.Receipt != want {
				t.Errorf("receipt %+v, want %+v", first.Receipt, want)
			}
			yes := connector.Ref{Reference: "ATT_yes"}
			f.Continue(t.Context(), yes, answer("approve"))
			wantInquiry(t, f, yes, connector.Succeeded, "")

			no := mustBegin(t, f, tokenCharge("ATT_no", method, ""), connector.RequiresAction)
			f.Continue(t.Context(), no, answer("refuse"))
			wantInquiry(t, f, no, connector.Declined, connector.ReasonCancelled)

			late := mustBegin(t, f, tokenCharge("ATT_late", method, ""), connector.RequiresAction)
			f.Advance(prompt.Challenge)
			wantInquiry(t, f, late, connector.Declined, connector.ReasonExpired)
		})
	}
}
