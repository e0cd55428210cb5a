package pay

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay/ledger"
)

// skew is added to a connector's MaxBlock before "not found" is believed, so
// that two clocks that differ a little cannot lose a charge. It is also how
// much later than its row says a call may begin.
const skew = 5 * time.Second

// Settle commits what a provider said about an attempt. It may be told the
// same thing any number of times, and older news after newer: a terminal
// success is never overwritten, and a capture after we gave the attempt up is
// booked to suspense and returned (DESIGN §3 rule 6).
func (c *Core) Settle(id AttemptID, result connector.Result) error {
	return c.settleAttempt(id, result, c.mintSettlement())
}

func (c *Core) settleAttempt(id AttemptID, result connector.Result, minted mintedSettlement) error {
	return c.settled(func(tx Tx) error {
		attempt, err := tx.Attempt(id)
		if err != nil {
			return err
		}
		return c.settle(tx, attempt, result, minted)
	})
}

// mintedSettlement is what a settlement may need, made before the transaction.
type mintedSettlement struct {
	Event  EventID
	Refund RefundID
	At     time.Time
	// Inquired says that the news is the answer to an inquiry and not to the
	// call itself: then the provider had the attempt in hand for a while.
	Inquired bool
	// Answered says that the news is what followed on the buyer's answer to a
	// challenge.
	Answered bool
}

func (c *Core) mintSettlement() mintedSettlement {
	return mintedSettlement{Event: EventID(c.ids.New("EVT")), Refund: RefundID(c.ids.New("REF")), At: c.Now()}
}

func (c *Core) settle(tx Tx, attempt Attempt, result connector.Result, minted mintedSettlement) error {
	if attempt.State.Captured() {
		return nil
	}
	s := settlement{tx: tx, core: c, attempt: attempt, result: result, mintedSettlement: minted}
	if result.ProviderID != "" {
		s.attempt.ProviderID = result.ProviderID
	}
	if err := s.load(); err != nil {
		return err
	}
	switch result.Outcome {
	case connector.Succeeded:
		if s.countable() {
			return s.captured()
		}
	case connector.NotAttempted:
		// Only the call that began the attempt can prove that nothing was sent.
		// After it, what never left was an answer or a question, and the charge
		// is still in the provider's hands.
		if s.attempt.State == AttemptCalling && !s.Inquired {
			return s.failed()
		}
		return nil
	case connector.Declined, connector.Rejected:
		return s.failed()
	case connector.Pending, connector.RequiresAction, connector.Unknown:
		return s.waiting()
	}
	// An outcome outside the closed set, and a success that does not say how
	// much moved, are defects of the connector; the only safe reading is that
	// nobody knows.
	c.log.Error("connector gave an answer that cannot be; the outcome is unknown",
		"attempt", attempt.ID, "connector", attempt.Connector, "outcome", result.Outcome)
	s.result.Outcome = connector.Unknown
	return s.waiting()
}

// settlement is one result on its way into the rows.
type settlement struct {
	mintedSettlement
	tx      Tx
	core    *Core
	attempt Attempt
	payment Payment
	order   Order
	store   Store // set once money moved
	result  connector.Result
}

func (s *settlement) load() (err error) {
	if s.payment, err = s.tx.Payment(s.attempt.Payment); err != nil {
		return err
	}
	s.order, err = s.tx.Order(s.attempt.Order)
	return err
}

var stateOfOutcome = map[connector.Outcome]AttemptState{
	connector.Pending:        AttemptPending,
	connector.RequiresAction: AttemptRequiresAction,
	connector.Unknown:        AttemptUnknown,
	connector.Declined:       AttemptDeclined,
	connector.Rejected:       AttemptRejected,
	connector.NotAttempted:   AttemptNotAttempted,
}

// countable reports whether the result says how much moved: something, unless
// nothing was asked.
func (s *settlement) countable() bool {
	moved := s.result.Captured
	return moved.Currency().Known() && moved.Sign() >= 0 && moved.IsZero() == s.attempt.Amount.IsZero()
}

// waiting keeps the attempt open and makes sure that somebody asks again.
func (s *settlement) waiting() error {
	if !s.attempt.State.Open() {
		return nil // old news about an attempt that ended
	}
	first := s.attempt.State == AttemptCalling
	if s.Answered && s.attempt.State == AttemptRequiresAction && s.result.Outcome != connector.RequiresAction {
		first = true // the buyer's answer is a call of its own, to be asked about as soon
	}
	if s.result.Outcome == connector.Unknown && !first {
		// Not knowing adds nothing to what is known; the timer goes on.
		return nil
	}
	if err := s.attempt.move(stateOfOutcome[s.result.Outcome], s.At); err != nil {
		return err
	}
	s.describe()
	s.attempt.Action = s.result.Action
	s.tx.UpdateAttempt(s.attempt)
	if first {
		s.tx.SetTimer(s.core.inquiryTimer(s.attempt, s.At.Add(inquiryDelays[0]), 0))
	}
	return s.follow(StepWaiting)
}

// failed ends the attempt without money. The payment fails with it, except
// when the attempt provably never left: then the payment takes the next one.
func (s *settlement) failed() error {
	if !s.attempt.State.Open() {
		return nil
	}
	inHand := s.Inquired || s.attempt.State != AttemptCalling // the provider may still capture
	if err := s.attempt.move(stateOfOutcome[s.result.Outcome], s.At); err != nil {
		return err
	}
	s.describe()
	s.attempt.Action = nil
	if late := s.lateWindow(); inHand && late > 0 {
		s.attempt.WatchUntil = s.At.Add(late)
		s.tx.SetTimer(s.core.inquiryTimer(s.attempt, s.At.Add(inquiryDelays[0]), 0))
	} else {
		s.tx.DropTimer(TimerInquiry, string(s.attempt.ID))
	}
	s.tx.UpdateAttempt(s.attempt)

	s.payment.Failure, s.payment.UpdatedAt = s.result.Reason, s.At
	s.payment.Receipt = s.result.Receipt
	if s.result.Outcome != connector.NotAttempted {
		if err := s.payment.move(PaymentFailed, s.At); err != nil {
			return err
		}
		if s.order.Payment == s.payment.ID {
			s.order.Payment, s.order.UpdatedAt = "", s.At
			s.tx.UpdateOrder(s.order)
		}
	}
	s.tx.UpdatePayment(s.payment)
	if err := s.wakeExpiry(); err != nil {
		return err
	}
	step := StepDeclined
	if s.result.Outcome == connector.NotAttempted {
		step = StepUnsent
	}
	return s.follow(step)
}

// follow has the noun of the sale follow an attempt. An order that has ended has
// told its noun already.
func (s *settlement) follow(kind StepKind) error {
	if s.order.Status != OrderPending {
		return nil
	}
	return s.tx.followOrder(Step{Kind: kind, Order: s.order, Payment: s.payment, Attempt: s.attempt, At: s.At})
}

// wakeExpiry lets a session end that had waited beyond its time for the attempt.
func (s *settlement) wakeExpiry() error {
	if s.order.Status != OrderPending {
		return nil
	}
	session, err := s.tx.Session(s.order.Session)
	if err != nil || !session.Expired(s.At) {
		return err
	}
	s.tx.SetTimer(Timer{
		Kind: TimerExpiry, Subject: string(session.ID), Store: session.Store, Env: session.Env, At: session.ExpiresAt, WakeAt: s.At,
	})
	return nil
}

// captured books money that moved, whatever we believed of the attempt before.
func (s *settlement) captured() error {
	captured := s.result.Captured
	// The order may have been placed anew, with another tax, since an attempt
	// that failed: then its money does not pay the order as it is now.
	expected := captured == s.attempt.Amount && s.attempt.Amount == s.order.Quote.Total
	mine := s.order.Payment == s.payment.ID
	store, err := s.tx.StoreEver(s.attempt.Store)
	if err != nil {
		return err
	}
	s.store = store
	free, err := s.free()
	if err != nil {
		return err
	}
	honoured := store.LateCapture == HonourLate && s.order.Status == OrderCanceled
	s.describe()
	s.attempt.Action, s.attempt.Captured = nil, captured
	s.attempt.WatchUntil = time.Time{}
	s.tx.DropTimer(TimerInquiry, string(s.attempt.ID))
	switch {
	case expected && s.order.Status == OrderPending && (mine || free):
		return s.sold(AttemptSucceeded, ledger.Charge)
	case expected && honoured:
		return s.honoured()
	}
	return s.late()
}

// free reports whether an attempt that had failed may still pay its order: no
// other payment is under way, and its checkout has not run out of time, of which
// the buyer is told before a timer ends it. A store that honours late captures
// does not mind the time.
func (s *settlement) free() (bool, error) {
	if s.order.Payment != "" || s.order.Status != OrderPending || s.store.LateCapture == HonourLate {
		return s.order.Payment == "", nil
	}
	session, err := s.tx.Session(s.order.Session)
	return !session.Expired(s.At), err
}

// sold completes the order: payment, order, session, ledger and event in one.
func (s *settlement) sold(state AttemptState, posting func(fact, connector string, total, tax money.Amount) (ledger.Transaction, error)) error {
	if err := s.attempt.move(state, s.At); err != nil {
		return err
	}
	s.tx.UpdateAttempt(s.attempt)
	if err := s.payment.move(PaymentSucceeded, s.At); err != nil {
		return err
	}
	s.payment.Connector = s.attempt.Connector // another one may have been tried since
	s.payment.Charged, s.payment.PaidAt, s.payment.Receipt, s.payment.Failure = s.attempt.Captured, s.At, s.result.Receipt, ""
	if err := s.platformFee(); err != nil {
		return err
	}
	s.tx.UpdatePayment(s.payment)
	s.order.Payment = s.payment.ID
	if err := s.order.move(OrderCompleted, s.At); err != nil {
		return err
	}
	s.tx.UpdateOrder(s.order)
	session, err := s.tx.Session(s.order.Session)
	if err != nil {
		return err
	}
	session.Status, session.CompletedAt = SessionUsed, s.At
	s.tx.UpdateSession(session)
	s.tx.DropTimer(TimerExpiry, string(session.ID))
	if !s.payment.Charged.IsZero() { // a free order moves no money and posts nothing
		t, err := posting(string(s.payment.ID), s.attempt.Connector, s.payment.Charged, s.payment.Tax)
		if err := post(s.tx, s.order.Store, s.order.Env, s.At, t, err); err != nil {
			return err
		}
	}
	noun, err := s.tx.follow(Step{
		Kind: StepPaid, Session: session, Order: s.order, Payment: s.payment, Attempt: s.attempt, At: s.At,
	})
	if err != nil {
		return err
	}
	return s.announce(session, noun)
}

func (s *settlement) announce(session Session, noun Noun) error {
	sale, err := saleOf(s.tx, s.store, session, s.order, s.payment)
	if err != nil {
		return err
	}
	return s.tx.Emit(Event{
		ID: s.Event, Store: s.order.Store, Env: s.order.Env, Type: OrderDone, Key: string(s.payment.ID), At: s.At, Sale: &sale,
		Dialect: s.order.Dialect, Noun: noun,
	})
}

// describe copies what may be stored of the provider's answer.
func (s *settlement) describe() {
	s.attempt.Reason, s.attempt.Decline, s.attempt.Message = s.result.Reason, s.result.Decline, s.result.Message
}

// lateWindow is how long the provider may still capture after a failure.
func (s *settlement) lateWindow() time.Duration {
	provider, err := s.core.connectorNamed(s.attempt.Connector)
	if err != nil {
		return 0
	}
	return provider.Describe().LateCapture
}
