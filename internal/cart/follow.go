package cart

import "tillway/internal/pay"

var _ pay.Follower = (*Carts)(nil)

// Dialect names the sales that Carts follows.
func (*Carts) Dialect() pay.Dialect { return Dialect }

// Follow takes a checkout and its cart along a step of their sale, and tells of
// what the documentation has an event for (spec/diddo.md §3, §5). succeeded and
// order.submitted are told by the core's own event.
func (c *Carts) Follow(tx pay.Tx, step pay.Step) (pay.Followed, error) {
	f, err := c.following(tx, step)
	if err != nil {
		return pay.Followed{}, err
	}
	if err := f.take(); err != nil {
		return pay.Followed{}, err
	}
	f.save()
	noun, err := f.priced().noun()
	return pay.Followed{Noun: noun, End: f.end}, err
}

// following is one step on its way.
type following struct {
	carts *Carts
	tx    pay.Tx
	step  pay.Step
	read  Checkout
	now   Checkout
	cart  Cart
	whole Priced // of cart
	moved bool   // the cart has to be written
	end   bool   // the sale is to end here
}

func (c *Carts) following(tx pay.Tx, step pay.Step) (*following, error) {
	read, err := c.records(tx).CheckoutOfSession(step.Session.ID)
	if err != nil {
		return nil, err
	}
	f := &following{carts: c, tx: tx, step: step, read: read, now: read}
	if f.cart, err = c.records(tx).Cart(read.Cart); err != nil {
		return nil, err
	}
	f.whole, err = c.price(tx, f.cart)
	return f, err
}

func (f *following) take() error {
	switch f.step.Kind {
	case pay.StepPlaced:
		f.describe()
		return f.start()
	case pay.StepPaying:
		f.now.Option = f.step.Payment.Method
		return f.start()
	case pay.StepDeclined:
		return f.fail()
	case pay.StepPaid:
		return f.succeed()
	case pay.StepExpired:
		return f.cancel(Expired)
	case pay.StepCanceled:
		return f.cancel(GivenUp)
	case pay.StepRefundAsked:
		f.now.Row++
		return f.carts.tell(f.tx, ReturnInitiated, string(f.step.Refund.ID), f.priced(), f.step.At, f.step.Refund)
	case pay.StepRefundDone, pay.StepRefundFailed:
		f.now.Row++
	}
	return nil
}

// describe keeps what the consumer step said of the buyer.
func (f *following) describe() {
	f.cart.Email, f.cart.Buyer, f.moved = f.step.Order.BuyerEmail, f.step.Order.Buyer, true
	f.now.Row++
}

// start is the customer's first move, or the next after a failure. It is told
// once.
func (f *following) start() error {
	first := f.now.Status == CheckoutInitialized
	if err := f.now.move(CheckoutInProgress); err != nil {
		return err
	}
	f.now.Row++
	if !first {
		return nil
	}
	return f.tell(Progressed, string(f.now.ID))
}

// fail counts a failed payment; the third ends the checkout.
func (f *following) fail() error {
	f.now.Option = f.step.Payment.Method
	f.now.Failure = Failure{Code: string(f.step.Attempt.Reason), Message: wordsOf(f.step.Attempt.Reason)}
	f.now.Failures++
	if err := f.now.move(CheckoutFailed); err != nil {
		return err
	}
	f.now.Row++
	if err := f.tell(Failed, string(f.step.Attempt.ID)); err != nil || f.now.Failures < mostFailures {
		return err
	}
	f.end = true
	return f.cancel(TooManyFailures)
}

func (f *following) succeed() error {
	if err := f.now.move(CheckoutSucceeded); err != nil {
		return err
	}
	f.now.Option, f.now.Order, f.now.Reason, f.now.Failure = f.step.Payment.Method, f.step.Order.ID, "", Failure{}
	f.cart.Status, f.moved = Submitted, true
	f.now.Row++
	return nil
}

func (f *following) cancel(reason Reason) error {
	if err := f.now.move(CheckoutCancelled); err != nil {
		return err
	}
	f.now.Reason = reason
	f.now.Row++
	return f.tell(Cancelled, string(f.now.ID))
}

// priced is the cart with what the step has made of it so far.
func (f *following) priced() Priced {
	whole, checkout := f.whole, f.now
	whole.Cart, whole.Checkout = f.cart, &checkout
	return whole
}

func (f *following) tell(event pay.EventType, key string) error {
	return f.carts.tell(f.tx, event, key, f.priced(), f.step.At)
}

// save writes what the step has changed. A step that means nothing here writes
// nothing.
func (f *following) save() {
	rows := f.carts.records(f.tx)
	if f.now != f.read {
		f.now.UpdatedAt = f.step.At
		rows.UpdateCheckout(f.now, f.read)
	}
	if f.moved {
		f.cart.UpdatedAt = f.step.At
		rows.UpdateCart(f.cart)
	}
}
