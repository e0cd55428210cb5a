package waypay_test

import (
	"slices"
	"strings"
	"testing"

	"tillway/internal/api/waypay"
	"tillway/internal/fault"
	"tillway/internal/intent"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range mustVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			for mode, want := range map[intent.SignatureMode][2]string{
				intent.ExampleSignature: {v.Example, v.ExampleMD5}, intent.RuleSignature: {v.Rule, v.RuleMD5},
			} {
				texts, err := waypay.BaseStrings([]byte(v.Body), mode)
				if err != nil || texts[0] != want[0] {
					t.Errorf("%s: signed as %q, %v; want %q", mode, texts, err, want[0])
				}
				if got := waypay.Digest(want[0], vectorSecret); got != want[1] {
					t.Errorf("%s: the digest is %s, want %s", mode, got, want[1])
				}
				if err := waypay.CheckSignature([]byte(v.Body), want[1], vectorSecret, mode); err != nil {
					t.Errorf("%s: refused: %v", mode, err)
				}
				if err := waypay.CheckSignature([]byte(v.Body), want[1], vectorSecret, intent.EitherSignature); err != nil {
					t.Errorf("either: refused: %v", err)
				}
			}
		})
	}
}

// With orderRef, the member is signed as it was sent, but for the spaces between
// its tokens. The digests were made with md5sum.
func TestOrderRefIsSignedAsItWasSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, sum string }{
		"another order of members":      {`{"tax":"15","orderRef":"ORD1","discount":"10"}`, "5897d984cd3a6db46c3c160003c5ecde"},
		"members that are not read":     {`{"orderRef":"ORD1","note":"x","list":[1,{"a":null}]}`, "c007d9142cacbe7d1a02828b92f78861"},
		"signs of HTML":                 {`{"orderRef":"ORD1","discount":"<&>"}`, "187bbec90c04fa6a66bc4b680d2fba77"},
		"an escape":                     {`{"orderRef":"ORD1","tax":"\u00e9"}`, "c26998d99b8166256918253b7348556f"},
		"the letter that it stands for": {`{"orderRef":"ORD1","tax":"é"}`, "97de2f0b6c9d43a0a7616ad024119dc1"},
		"an escaped slash":              {`{"orderRef":"ORD1","tax":"1\/2"}`, "e7215a28536795c72b8dfefe1b47a438"},
		"numbers as they were written":  {`{"orderRef":"ORD1","a":1.50,"b":1e3,"c":-0}`, "89c746ff54240e8f6e9713bae499fa5f"},
		"spaces inside a text":          {`{"orderRef":"ORD1","tax":" 1 : 5 "}`, "3ecacd269b25d5c3776bbda63a2c9bf3"},
	} {
		for _, raw := range []string{c.raw, strings.Replace(c.raw, "{", "{\n\t ", 1)} {
			body := []byte(`{"orderRef":` + raw + `,"description":"Cart 9","amount":1000}`)
			for sum, good := range map[string]bool{c.sum: true, "311631c9b68dcf4b93c424eea77cd52d": false} { // the other without orderRef
				err := waypay.CheckSignature(body, sum, vectorSecret, intent.ExampleSignature)
				if (err == nil) != good {
					t.Errorf("%s: %s of %s: %v", name, sum, body, err)
				}
			}
		}
	}
}

func TestANumberMayBeSignedInItsShortestForm(t *testing.T) {
	t.Parallel()
	// What was sent as 1000.50 may have been signed as 1000.5.
	written, short := mustVector(t, "W7 a number as it was written"), mustVector(t, "W7 a number in its shortest form")
	body := []byte(written.Body)
	for _, sum := range []string{short.ExampleMD5, short.RuleMD5} {
		if err := waypay.CheckSignature(body, sum, vectorSecret, intent.EitherSignature); err != nil {
			t.Errorf("refused: %v", err)
		}
	}
	texts, err := waypay.BaseStrings(body, intent.EitherSignature)
	want := []string{written.Example, short.Example, written.Rule, short.Rule}
	if err != nil || !slices.Equal(texts, want) {
		t.Errorf("the candidates are %q, %v; want %q", texts, err, want)
	}
}

func TestAModeExcludesTheOther(t *testing.T) {
	t.Parallel()
	v := mustVector(t, "W1")
	body := []byte(v.Body)
	for mode, sum := range map[intent.SignatureMode]string{
		intent.ExampleSignature: v.RuleMD5, intent.RuleSignature: v.ExampleMD5,
	} {
		if err := waypay.CheckSignature(body, sum, vectorSecret, mode); fault.CodeOf(err) != "invalid_signature" {
			t.Errorf("%s took the other form: %v", mode, err)
		}
	}
}

// W1 with members that take no part in the signature, and with the same members
// written in another way.
func TestWhatDoesNotChangeTheDigest(t *testing.T) {
	t.Parallel()
	v := mustVector(t, "W1")
	for name, body := range map[string]string{
		"customerRef":       `{"amount":1000,"currency":"PKR","customerRef":{"name":"Ali","email":"a@b.example"},"description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"an array":          `{"items":[{"id":1},"x"],"amount":1000,"currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"null":              `{"amount":1000,"note":null,"currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"an empty text":     `{"amount":1000,"metadataJson":"","currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"an address":        `{"amount":1000,"shippingAddress":{"city":"Lahore"},"currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"the signature":     `{"amount":1000,"signature":"ce43826ceaef63d8a37cfeacc2e75585","currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"another order":     `{"orderRef":{"orderRef":"ORD123456"},"description":"Payment for order","currency":"PKR","amount":1000}`,
		"spaces in JSON":    "{ \"amount\" : 1000 ,\n\"currency\": \"PKR\", \"description\":\"Payment for order\", \"orderRef\" : { \"orderRef\" :\t\"ORD123456\" } }",
		"capital names":     `{"AMOUNT":1000,"Currency":"PKR","description":"Payment for order","OrderRef":{"orderRef":"ORD123456"}}`,
		"an exponent":       `{"amount":1e3,"currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
		"needless escapes":  `{"amount":1000,"currency":"\u0050KR","description":"Payment\u0020for order","orderRef":{"orderRef":"ORD123456"}}`,
		"decimals of zeros": `{"amount":1000.00,"currency":"PKR","description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`,
	} {
		for _, sum := range []string{v.ExampleMD5, v.RuleMD5} {
			if err := waypay.CheckSignature([]byte(body), sum, vectorSecret, intent.EitherSignature); err != nil {
				t.Errorf("%s: refused: %v", name, err)
			}
		}
	}
	// A currency of null is an absent one.
	without := `{"amount":1000,"currency":null,"description":"Payment for order","orderRef":{"orderRef":"ORD123456"}}`
	texts, err := waypay.BaseStrings([]byte(without), intent.RuleSignature)
	if err != nil || texts[0] != "amount=1000&description=Payment for order" {
		t.Errorf("signed as %q, %v", texts, err)
	}
}

func TestWhatIsNoGoodSignature(t *testing.T) {
	t.Parallel()
	v := mustVector(t, "W1")
	for name, c := range map[string]struct{ body, sum, code string }{
		"none":                  {v.Body, "", "missing_field"},
		"capital digits":        {v.Body, strings.ToUpper(v.ExampleMD5), "bad_format"},
		"too short":             {v.Body, v.ExampleMD5[:31], "bad_format"},
		"too long":              {v.Body, v.ExampleMD5 + "0", "bad_format"},
		"no hex":                {v.Body, strings.Repeat("g", 32), "bad_format"},
		"spaces around":         {v.Body, " " + v.ExampleMD5[:30] + " ", "bad_format"},
		"another secret":        {v.Body, waypay.Digest(v.Example, "mer_sk_abc123def457"), "invalid_signature"},
		"the secret as a key":   {v.Body, waypay.Digest(v.Example+"&key=", vectorSecret), "invalid_signature"},
		"encoded spaces":        {v.Body, waypay.Digest(strings.ReplaceAll(v.Example, " ", "%20"), vectorSecret), "invalid_signature"},
		"another amount":        {strings.Replace(v.Body, "1000", "1001", 1), v.ExampleMD5, "invalid_signature"},
		"an unknown member":     {strings.Replace(v.Body, "{", `{"extra":"1",`, 1), v.ExampleMD5, "invalid_signature"},
		"orderRef with spaces":  {v.Body, waypay.Digest(strings.Replace(v.Example, ":", ": ", 1), vectorSecret), "invalid_signature"},
		"two names in one case": {strings.Replace(v.Body, "{", `{"Amount":1000,`, 1), v.ExampleMD5, "repeated_field"},
		"a boundless number":    {strings.Replace(v.Body, "1000", "1e999999999", 1), v.ExampleMD5, "bad_format"},
	} {
		err := waypay.CheckSignature([]byte(c.body), c.sum, vectorSecret, intent.EitherSignature)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if err := waypay.CheckSignature([]byte(v.Body), waypay.Digest(v.Example, ""), "", intent.EitherSignature); fault.CodeOf(err) != "invalid_signature" {
		t.Errorf("a store without a secret takes a signature that everybody can make: %v", err)
	}
}

func TestAnUnknownMemberIsSigned(t *testing.T) {
	t.Parallel()
	body := strings.Replace(mustVector(t, "W1").Body, "{", `{"zEta":"9","beta":false,`, 1)
	want := `amount=1000&beta=false&currency=PKR&description=Payment for order&orderref={"orderRef":"ORD123456"}&zeta=9`
	texts, err := waypay.BaseStrings([]byte(body), intent.ExampleSignature)
	if err != nil || !slices.Equal(texts, []string{want}) {
		t.Errorf("signed as %q, %v", texts, err)
	}
}

func TestNumbersAreSignedAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"1000": "1000", "1000.50": "1000.50,1000.5", "10.00": "10.00,10", "1e3": "1000", "1.5E+3": "1500", "15e-1": "1.5",
		"1.50e1": "15.0,15", "12345e-5": "0.12345", "1e-2": "0.01", "0.5e1": "5", "0.00015e2": "0.015", "0.5e3": "500", "-1.0": "-1.0,-1", "0e5": "0",
		"9999999999999999999999.99": "9999999999999999999999.99",
	} {
		texts, err := waypay.BaseStrings([]byte(`{"a":`+written+`}`), intent.EitherSignature)
		got := strings.ReplaceAll(strings.Join(texts, ","), "a=", "")
		if err != nil || got != want {
			t.Errorf("%s is signed as %s, %v; want %s", written, got, err, want)
		}
	}
}

func TestAMismatchShowsWhatWasSignedWithoutTheSecret(t *testing.T) {
	t.Parallel()
	written, short := mustVector(t, "W7 a number as it was written"), mustVector(t, "W7 a number in its shortest form")
	err := waypay.CheckSignature([]byte(written.Body), strings.Repeat("0", 32), vectorSecret, intent.EitherSignature)
	hint := fault.From(err).Hint
	for _, text := range []string{written.Example, short.Example, written.Rule, short.Rule} {
		if !strings.Contains(hint, text) {
			t.Errorf("the hint does not show %q: %s", text, hint)
		}
	}
	if strings.Contains(hint, vectorSecret) {
		t.Errorf("the hint shows the secret: %s", hint)
	}
}
