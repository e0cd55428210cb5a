package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/checkout"
)

// purchase is what a buyer would type. Members that are empty are left to what
// the checkout knows already, or else to an example.
type purchase struct {
	Email   string
	Country string
	Method  connector.Method
	Card    string
	Phone   string // of a mobile wallet
	CNIC    string // of its holder
	Code    string // the one-time password that it sends
}

// payer walks one checkout to its end through the page's own endpoints, as a
// browser does: it keeps the page's cookie and repeats nothing that it was
// told to repeat only once.
type payer struct {
	client  *http.Client
	page    string
	token   string // of the address's fragment, "" for a guest
	cart    string // which the page opens a checkout of, "" when it is one
	bought  purchase
	poll    time.Duration
	now     func() time.Time
	pressed bool // the pay button
}

// payerPoll is how often a payer looks whether a waiting payment has ended.
const payerPoll = 250 * time.Millisecond

// newPayer reads the address of a checkout. Errors: Invalid "bad_checkout_url".
func newPayer(address string, bought purchase) (*payer, error) {
	bad := fault.Invalidf("CHECKOUT_URL", "bad_checkout_url", "%q is not the address of a checkout", address).
		WithHint("Give the whole address of the checkout's page that the API answered")
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || !isCheckout(u) {
		return nil, bad
	}
	fragment, err := url.ParseQuery(u.Fragment)
	if err != nil {
		return nil, bad
	}
	u.Fragment = ""
	cart := u.Query().Get("cart_id")
	if u.Query().Get("id") == "" { // in which some addresses name the checkout
		u.RawQuery = ""
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	const patience = 90 * time.Second
	return &payer{
		client: &http.Client{Jar: jar, Timeout: patience}, page: strings.TrimRight(u.String(), "/"),
		token: cmp.Or(fragment.Get("token"), fragment.Get("auth_token")), cart: cart,
		bought: bought, poll: payerPoll, now: time.Now,
	}, nil
}

// isCheckout reports whether an address can be one of a checkout's page, in any
// dialect.
func isCheckout(u *url.URL) bool {
	path := strings.TrimSuffix(u.Path, "/")
	if u.Query().Get("id") != "" {
		return strings.HasSuffix(path, "/pay") || strings.HasSuffix(path, "/payment/action")
	}
	if u.Query().Get("cart_id") != "" && strings.HasSuffix(path, "/checkout") {
		return true
	}
	return strings.Contains(path, "/checkout/") || strings.Contains(path, "/pay/")
}

// pay walks until the checkout is paid, declined, or cannot go on. The answer
// tells which; an error is a checkout that cannot be reached or understood.
func (p *payer) pay(ctx context.Context) (checkout.Answer, error) {
	if p.cart != "" {
		if err := p.openCart(ctx); err != nil {
			return checkout.Answer{}, err
		}
	}
	answer, err := p.get(ctx)
	if err != nil {
		return answer, err
	}
	if answer.Mode == pay.Prod {
		return answer, fault.New(fault.NotEnabled, "live_checkout", "This checkout takes real money").
			WithHint("Pay it in a browser; tillway pay completes checkouts of the test environment only")
	}
	if p.token != "" && (answer.State == pay.CheckoutDetails || answer.State == pay.CheckoutPayment) {
		if answer, err = p.identify(ctx, answer); err != nil {
			return answer, err
		}
	}
	// A walk has few steps; a server that leads in circles must not lead for ever.
	const longestWalk = 1000
	for range longestWalk {
		next, done, err := p.step(ctx, answer)
		if done || err != nil {
			return next, err
		}
		answer = next
	}
	return answer, fault.New(fault.Unavailable, "endless_checkout", "The checkout comes to no end").
		WithHint("Look at it in a browser: " + p.page)
}

// step does what the state asks for.
func (p *payer) step(ctx context.Context, at checkout.Answer) (next checkout.Answer, done bool, err error) {
	switch at.State {
	case pay.CheckoutDetails:
		next, err = p.details(ctx)
		return next, false, err
	case pay.CheckoutPayment:
		if p.pressed {
			return at, true, nil // declined
		}
		p.pressed = true
		next, err = p.post(ctx, "pay", p.instrument(at))
		return next, false, err
	case pay.CheckoutChallenge:
		if next, err = p.post(ctx, "challenge", p.reply(at)); err == nil && unread(at, next) {
			return next, true, refused(next)
		}
		return next, false, err
	case pay.CheckoutWaiting:
		if at.Action != nil && at.Action.Kind == connector.ShowCode {
			return at, true, nil // somebody has to carry money somewhere
		}
		if !p.waited(ctx) {
			return at, true, nil // the answer says that it waits
		}
		next, err = p.get(ctx)
		return next, false, err
	case pay.CheckoutPaid, pay.CheckoutUsed, pay.CheckoutBeingPaid, pay.CheckoutExpired, pay.CheckoutUnavailable:
	}
	return at, true, nil
}

// waited lets the provider work for a moment; false when ctx has ended.
func (p *payer) waited(ctx context.Context) bool {
	pause := time.NewTimer(p.poll)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-pause.C:
		return true
	}
}

// reply answers the provider's question: with the code, where one was sent, and
// with it again while it is wrong, until the provider has had enough.
func (p *payer) reply(at checkout.Answer) map[string]string {
	if at.Action != nil && at.Action.Kind == connector.OneTimeCode {
		return map[string]string{"code": p.bought.Code}
	}
	return map[string]string{"answer": "approve"}
}

// unread reports whether an answer to the provider's question was none to it:
// the same would be refused for ever, without a try less.
func unread(at, next checkout.Answer) bool {
	return next.State == pay.CheckoutChallenge && len(next.Errors) > 0 &&
		at.Action != nil && next.Action != nil && at.Action.Data[connector.ActionTries] == next.Action.Data[connector.ActionTries]
}

// examples fill fields that the checkout asks for and that nobody gave.
var examples = map[string]string{
	"email": "buyer@example.com", "country": "US", "postcode": "10001", "state": "NY", "businessName": "Example Ltd",
	"name": "Test Buyer", "firstName": "Test", "lastName": "Buyer", "phone": "07501234567", "city": "iraq_baghdad", "address1": "1 Example Street",
}

// details sends the consumer step. What the session prefilled is not sent; a
// field that is still missing then gets its example.
func (p *payer) details(ctx context.Context) (checkout.Answer, error) {
	fields := map[string]string{}
	if p.bought.Email != "" {
		fields["email"] = p.bought.Email
	}
	if p.bought.Country != "" {
		fields["country"] = p.bought.Country
	}
	for {
		answer, err := p.post(ctx, "details", fields)
		if err != nil || answer.State != pay.CheckoutDetails {
			return answer, err
		}
		added := false
		for _, mistake := range answer.Errors {
			if example, known := examples[mistake.Field]; known && fields[mistake.Field] == "" {
				fields[mistake.Field], added = example, true
			}
		}
		if !added {
			return answer, refused(answer)
		}
	}
}

// instrument is what the payment step posts.
func (p *payer) instrument(at checkout.Answer) map[string]string {
	method := p.bought.Method
	if method == "" {
		method = connector.Card
		if len(at.Methods) > 0 && !slices.Contains(at.Methods, method) {
			method = at.Methods[0]
		}
	}
	fields := map[string]string{"method": string(method), "turn": fmt.Sprint(at.Turn)}
	switch method {
	case connector.JazzCash, connector.Easypaisa:
		fields["phone"], fields["cnic"] = p.bought.Phone, p.bought.CNIC
	case connector.Card:
		const yearsAhead = 4
		fields["number"], fields["cvc"], fields["holder"] = p.bought.Card, "123", "Test Buyer"
		if strings.HasPrefix(p.bought.Card, "34") || strings.HasPrefix(p.bought.Card, "37") {
			fields["cvc"] = "1234"
		}
		fields["expiry"] = fmt.Sprintf("12/%d", p.now().Year()+yearsAhead)
	}
	return fields
}

// openCart opens a checkout of the cart, as the customer of the token or as a
// guest, and goes to its page.
func (p *payer) openCart(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"cart_id": p.cart, "auth_token": p.token})
	if err != nil {
		return err
	}
	var opened checkout.CartAnswer
	if _, err := p.exchange(ctx, http.MethodPost, "", body, "", &opened); err != nil {
		return err
	}
	if opened.CheckoutURL == "" {
		return refused(checkout.Answer{Errors: opened.Errors})
	}
	p.page, p.token = opened.CheckoutURL, ""
	return nil
}

// identify tells the checkout who buys. A token that is no longer good leaves
// the buyer a guest, as in the browser.
func (p *payer) identify(ctx context.Context, at checkout.Answer) (checkout.Answer, error) {
	answer, err := p.send(ctx, http.MethodPost, "/identify", nil, "Bearer "+p.token)
	if err != nil || answer.State == "" {
		return at, err
	}
	return answer, nil
}

func (p *payer) get(ctx context.Context) (checkout.Answer, error) {
	return p.send(ctx, http.MethodGet, "", nil, "")
}

// post sends fields. An answer that names mistakes in them is an error, except
// for the consumer step, which is corrected.
func (p *payer) post(ctx context.Context, step string, fields map[string]string) (checkout.Answer, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return checkout.Answer{}, err
	}
	answer, err := p.send(ctx, http.MethodPost, "/"+step, body, "")
	asksAgain := step == "challenge" && answer.Action != nil && answer.Action.Kind == connector.OneTimeCode
	if err == nil && step != "details" && len(answer.Errors) > 0 && answer.Decline == nil && !asksAgain &&
		(answer.State == pay.CheckoutPayment || answer.State == pay.CheckoutChallenge) {
		return answer, refused(answer)
	}
	return answer, err
}

// refused words the mistakes that an answer names.
func refused(answer checkout.Answer) error {
	said := make([]string, 0, len(answer.Errors))
	for _, mistake := range answer.Errors {
		if mistake.Field != "" {
			said = append(said, mistake.Field+": "+mistake.Message)
		} else {
			said = append(said, mistake.Message)
		}
	}
	return fault.New(fault.Invalid, "checkout_refused", "The checkout does not take this. "+strings.Join(said, " ")).
		WithHint("See tillway pay --help for what can be given")
}

func (p *payer) send(ctx context.Context, method, step string, body []byte, authorization string) (answer checkout.Answer, err error) {
	status, err := p.exchange(ctx, method, step, body, authorization, &answer)
	if err == nil && status >= http.StatusInternalServerError && answer.State == "" {
		return answer, fault.New(fault.Unavailable, "checkout_failed", "The server failed: "+http.StatusText(status)).
			WithHint("Its log says why; nothing is charged twice by trying again")
	}
	return answer, err
}

// exchange sends one request and reads its answer into out. Errors: Unavailable
// "checkout_unreachable" and "no_checkout", NotFound "session_not_found".
func (p *payer) exchange(ctx context.Context, method, step string, body []byte, authorization string, out any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, p.page+step, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return 0, fault.New(fault.Unavailable, "checkout_unreachable", "The checkout cannot be reached at "+p.page).
			WithHint("Is the server running, and is this its address?").WithCause(err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if method == http.MethodGet {
		// An address that leads on has said where the page is.
		p.page = strings.TrimRight(strings.SplitN(response.Request.URL.String(), "?", 2)[0], "/")
	}
	const longest = 1 << 20
	if err := json.NewDecoder(io.LimitReader(response.Body, longest)).Decode(out); err != nil {
		return 0, fault.New(fault.Unavailable, "no_checkout", fmt.Sprintf("%s answered %s, and not as a checkout does", p.page, response.Status)).
			WithHint("Give the whole address of the checkout's page that the API answered").WithCause(err)
	}
	if response.StatusCode == http.StatusNotFound {
		return 0, fault.New(fault.NotFound, "session_not_found", "There is no such checkout").
			WithHint("Give the whole address of the checkout's page that the API answered")
	}
	return response.StatusCode, nil
}
