package pay

import (
	"context"
	"slices"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// Start is the input of Core.Pay: one press of the pay button.
type Start struct {
	Session    SessionID
	Visitor    string // hash of the browser, so that others see "being paid"
	Turn       int64  // the turn the page was drawn for; a stale one starts nothing
	Method     connector.Method
	Instrument connector.Instrument
	IP         string
	ReturnURL  string
}

// ErrOtherVisitor is the answer to a second browser while the first one pays.
var ErrOtherVisitor = fault.New(fault.Conflict, "paid_by_another", "Somebody else is paying for this checkout right now").
	WithHint("Wait for the result, or ask the shop for a checkout of your own")

// Pay carries one attempt through its three steps: the attempt is committed
// with our own reference, the provider is called outside any transaction and
// under its own deadline, and the result is committed. The answer is the state
// of the checkout afterwards; when ctx ends first the call goes on without the
// caller and the checkout shows that it waits.
//
// A press for a stale turn, or beside an attempt of the same visitor that is
// still open, starts nothing and returns the present state. So a double click,
// the back button and a second tab charge once.
// Errors: ErrSessionNotFound, ErrSessionExpired, ErrOtherVisitor, Invalid
// "method", NotEnabled "no_connector", Unavailable while stopping.
func (c *Core) Pay(ctx context.Context, in Start) error {
	return c.detached(ctx, "The server is restarting; you have not been charged", func() error { return c.pay(ctx, in) })
}

func (c *Core) pay(ctx context.Context, in Start) error {
	minted := mintedAttempt{
		Payment: PaymentID(c.ids.New("PAY")), Attempt: AttemptID(c.ids.New("ATT")), At: c.Now(),
	}
	var call *providerCall
	ours := func(tx Tx) (bool, error) {
		_, durable, err := Found(tx.Attempt(minted.Attempt))
		return durable, err
	}
	err := c.once(ctx, ours, func(tx Tx) error {
		opened, err := c.openAttempt(tx, in, minted)
		if err != nil {
			return err
		}
		if opened == nil && call != nil {
			// An earlier run opened it. Either another press was faster, or that
			// run was committed after all and only its answer came to nothing.
			if durable, err := ours(tx); err != nil || durable {
				return err
			}
		}
		call = opened
		return nil
	})
	if err != nil || call == nil {
		return err
	}
	return c.Settle(minted.Attempt, c.begin(*call, minted.At))
}

// begin calls the provider, unless the commit took so long that whoever asks
// about the attempt could take an answer from before the call for one about it:
// from the row alone it must be possible to tell when the call began.
func (c *Core) begin(call providerCall, minted time.Time) connector.Result {
	if c.Now().Sub(minted) > skew {
		return connector.Result{
			Outcome: connector.NotAttempted, Reason: connector.ReasonProviderError,
			Message: "The database took too long; nothing was sent",
		}
	}
	limit, cancel := context.WithTimeout(c.life, c.callLimit)
	defer cancel()
	return call.connector.Begin(limit, call.charge)
}

// mintedAttempt is what one press may need, made before the transaction.
type mintedAttempt struct {
	Payment PaymentID
	Attempt AttemptID
	At      time.Time
}

// providerCall is what was made durable and may now be asked of the provider.
type providerCall struct {
	connector connector.Connector
	charge    connector.Charge
}

// openAttempt commits the attempt. It returns nil when nothing is to be called.
func (c *Core) openAttempt(tx Tx, in Start, minted mintedAttempt) (*providerCall, error) {
	session, err := tx.Session(in.Session)
	if err != nil {
		return nil, err
	}
	if session.Status == SessionUsed && session.Order != "" {
		return nil, nil // the page shows that it is paid
	}
	if session.Status != SessionOpen || session.Order == "" {
		return nil, ErrSessionExpired
	}
	order, err := tx.Order(session.Order)
	if err != nil {
		return nil, err
	}
	payment, number, open, err := c.present(tx, order, in)
	if err != nil || open {
		return nil, err
	}
	if order.Status != OrderPending || in.Turn != order.Turn {
		return nil, nil
	}
	if session.Expired(minted.At) {
		return nil, ErrSessionExpired
	}
	store, err := tx.Store(order.Store)
	if err != nil {
		return nil, err
	}
	if err := store.OpenIn(order.Env); err != nil {
		return nil, err
	}
	if !slices.Contains(session.Methods, in.Method) {
		return nil, fault.Invalidf("method", "method_not_offered", "This checkout does not offer payment by %s", in.Method)
	}
	instructions, err := instructionsFor(tx, order.Store, []connector.Method{in.Method})
	if err != nil {
		return nil, err
	}
	if in.Method == byHand && instructions == "" {
		return nil, errNotByHand()
	}
	provider := c.serving(order.Env, in.Method, order.Quote.Total.Currency())
	if provider == nil {
		return nil, noConnector(order.Env, order.Store)
	}

	if payment.ID == "" {
		payment = Payment{
			ID: minted.Payment, Store: order.Store, Env: order.Env, Order: order.ID, Status: PaymentPending,
			Amount: order.Quote.Total, Tax: order.Quote.Tax, ExternalID: order.ExternalID, Row: 1, CreatedAt: minted.At,
		}
	}
	payment.Method, payment.Connector, payment.UpdatedAt = in.Method, provider.Describe().Name, minted.At
	attempt := Attempt{
		ID: minted.Attempt, Store: order.Store, Env: order.Env, Payment: payment.ID, Order: order.ID,
		Turn: order.Turn + 1, Number: number,
		Connector: payment.Connector, State: AttemptCalling, Amount: payment.Amount, Visitor: in.Visitor,
		CalledAt: minted.At, Row: 1,
	}
	// The order goes first: its guard is the lock that lets one attempt start.
	order.Payment, order.Turn, order.UpdatedAt = payment.ID, order.Turn+1, minted.At
	tx.UpdateOrder(order)
	if payment.ID == minted.Payment {
		tx.InsertPayment(payment)
	} else {
		tx.UpdatePayment(payment)
	}
	tx.InsertAttempt(attempt)
	// Should this process die before the result is committed, the timer finds
	// the attempt and asks the provider.
	tx.SetTimer(c.inquiryTimer(attempt, minted.At.Add(c.callLimit+inquiryDelays[0]), 0))
	if _, err := tx.follow(Step{
		Kind: StepPaying, Session: session, Order: order, Payment: payment, Attempt: attempt, At: minted.At,
	}); err != nil {
		return nil, err
	}
	return &providerCall{connector: provider, charge: connector.Charge{
		Reference: string(attempt.ID), Environment: order.Env, Amount: payment.Amount, Method: in.Method,
		Instrument: in.Instrument, Description: string(order.ID), ReturnURL: in.ReturnURL,
		Instructions: instructions,
		Customer:     connector.Customer{Email: order.BuyerEmail, Country: order.country(), IP: in.IP},
	}}, nil
}

// present looks at the payment the order already has. open says that one of
// its attempts may still move money, so nothing may start; otherwise the
// payment, if any, provably never left and takes the next attempt.
func (c *Core) present(tx Tx, order Order, in Start) (payment Payment, number int64, open bool, err error) {
	if order.Payment == "" {
		return Payment{}, 1, false, nil
	}
	last, err := tx.LastAttempt(order.Payment)
	if err != nil {
		return Payment{}, 0, false, err
	}
	if last.State.Open() {
		if last.Visitor != in.Visitor {
			return Payment{}, 0, true, ErrOtherVisitor
		}
		return Payment{}, 0, true, nil
	}
	if last.State != AttemptNotAttempted {
		return Payment{}, 1, false, nil
	}
	payment, err = tx.Payment(order.Payment)
	return payment, last.Number + 1, false, err
}

// serving finds the connector for a charge, nil when none is configured.
func (c *Core) serving(env Env, method connector.Method, currency money.Currency) connector.Connector {
	for _, candidate := range c.connectors {
		if candidate.Describe().Serves(env, method, currency) {
			return candidate
		}
	}
	return nil
}

// serves reports whether a connector takes such charges.
func (c *Core) serves(env Env, method connector.Method, currency money.Currency) bool {
	return c.serving(env, method, currency) != nil
}

// liveServed refuses a sale for real money that no connector takes with any of
// the methods, before anybody is asked to pay. In the test environment the page
// says so. Errors: NotEnabled "no_connector".
func (tx Tx) liveServed(env Env, methods []connector.Method, currency money.Currency, store StoreID) error {
	if env != Prod || slices.ContainsFunc(methods, func(m connector.Method) bool { return tx.serves(env, m, currency) }) {
		return nil
	}
	return noConnector(env, store)
}

// noConnector is the answer when nobody serves a charge (DESIGN §3 rule 9).
func noConnector(env Env, store StoreID) error {
	return fault.New(fault.NotEnabled, "no_connector", "Payments are not enabled for this store").
		WithHint("No payment connector takes this in the " + string(env) + " environment. The operator connects one, or lets buyers pay by " +
			"bank transfer or in cash: tillway store set " + string(store) + " --manual-instructions TEXT")
}

func (c *Core) inquiryTimer(a Attempt, wake time.Time, tries int) Timer {
	return Timer{Kind: TimerInquiry, Subject: string(a.ID), Store: a.Store, Env: a.Env, At: wake, WakeAt: wake, Tries: tries}
}

// connectorNamed finds the connector an attempt was made with.
func (c *Core) connectorNamed(name string) (connector.Connector, error) {
	for _, candidate := range c.connectors {
		if candidate.Describe().Name == name {
			return candidate, nil
		}
	}
	return nil, fault.New(fault.Unavailable, "connector_missing", "The payment connector "+name+" is not configured").
		WithHint("Start the server with the connector that made the payment")
}
