package pay_test

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/cart"
	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// TestSimulationOfDialects is TestSimulation for the sales of nouns: links,
// intents and carts of one store live side by side, are given up, invalidated,
// marked, repriced and begun again, and their money goes back by each dialect's
// own requests and by the operator's. After each step the noun must tell what
// its checkout, its payment and its refunds say.
func TestSimulationOfDialects(t *testing.T) {
	setRapid(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := newMarket(t, rt)
		defer m.tb.cleanUp()
		rt.Repeat(map[string]func(*rapid.T){
			"link": m.openLink, "intent": m.openIntent, "cart": m.openCart, "begin again": m.beginAgain,
			"place": m.place, "ship": m.ship, "pay": m.pay, "pay again": m.pay, "answer": m.answer,
			"give up": m.giveUp, "invalidate": m.invalidate, "mark": m.mark, "fee": m.changeFee,
			"wait": m.wait, "wait on": m.wait, "restart": m.restart, "lose": m.lose, "provider": m.changeProvider, "policy": m.changePolicy,
			"ask back": m.askBack, "ask back again": m.askBack, "operator": m.refundByOperator, "decide": m.decide, "take back": m.takeBack,
			"": m.check,
		})
		m.rest(rt)
	})
}

// market is a world whose sales are of the dialects' nouns.
type market struct {
	*world
	links   *link.Links
	intents *intent.Intents
	carts   *cart.Carts
	opened  []opening
}

// opening is a checkout and what it was opened for: one of the nouns.
type opening struct {
	session pay.Session
	link    string // a link's reference
	intent  string // an intent's TxnRef
	cart    cart.ID
}

func newMarket(t *testing.T, rt *rapid.T) *market {
	m := &market{carts: cart.New(cart.Config{Records: store.Carts})}
	callbacks := func(r pay.Records) webhook.Tx {
		return store.NewWebhooks(m.DB, paytest.MustKeyring(t)).Tx(store.TxOf(r))
	}
	m.links = link.New(link.Config{Rows: store.Links, Callbacks: callbacks})
	m.intents = intent.New(intent.Config{Rows: store.Intents, Callbacks: callbacks})
	m.world = newWorld(t, rt, func(cfg *pay.Config) {
		cfg.Followers = []pay.Follower{m.links, m.intents, m.carts}
		cfg.Settings = slices.Concat(link.Settings(), intent.Settings(), cart.Settings())
	})
	paytest.MustRun(m.tb, m.Core, pay.ChangeSettings, pay.SettingsChange{Actor: m.server(), Store: m.Shop.Shop.ID, At: m.Core.Now(), Set: map[string]string{
		"diddo.shipping_methods": `[{"id":"pickup","title":"Pickup","price":"0"},{"id":"parcel","title":"Parcel","price":"4.90"}]`,
	}})
	return m
}

// server is the store's back end, visitor whoever has the page, operator the
// person behind the server.
func (m *market) server() pay.Actor {
	return pay.Actor{Kind: pay.ByStore, Store: m.Shop.Shop.ID, Env: pay.Test}
}

func (m *market) visitor() pay.Actor {
	return pay.Actor{Kind: pay.ByVisitor, Store: m.Shop.Shop.ID, Env: pay.Test}
}

func (m *market) operator() pay.Actor { return pay.System(pay.Test) }

// keep remembers a checkout that was opened. Every other one is paid at once, so
// that there is money to go back.
func (m *market) keep(rt *rapid.T, session pay.SessionID, noun opening) {
	err := m.Core.View(context.Background(), func(r pay.Records) (err error) {
		noun.session, err = r.Session(session)
		return err
	})
	if err != nil {
		m.tb.Fatalf("%v", err)
	}
	m.opened = append(m.opened, noun)
	if rapid.Bool().Draw(rt, "bought") {
		m.placeOne(rt, noun)
		m.payForGood(rt, noun)
	}
}

func (m *market) openLink(rt *rapid.T) {
	in := link.NewLink{
		ID: link.ID(m.IDs.CUID()), Codes: []string{m.IDs.Code()}, Session: pay.SessionID(m.IDs.Session()), Order: pay.OrderID(m.IDs.New(id.Order)),
		CallbackID: webhook.CallbackID(m.IDs.UUID()), Actor: m.server(), Reference: "ref-" + strconv.Itoa(len(m.opened)), ExpiresIn: "1h",
		Total: money.New(1000*rapid.SampledFrom([]int64{1000, 1001, 9_999_999, 1_000_000_000_000}).Draw(rt, "dinars"), link.Currency),
		Life:  lives.Draw(rt, "life"), At: m.Core.Now(),
	}
	_, err := pay.Run(context.Background(), m.Core, link.CreateLink, m.links.Creation(in))
	if m.bearable(rt, err); err == nil {
		m.keep(rt, in.Session, opening{link: in.Reference})
	}
}

func (m *market) openIntent(rt *rapid.T) {
	in := intent.NewIntent{
		ID: intent.ID(m.IDs.UUID()), Transaction: intent.TransactionID(m.IDs.UUID()), TxnRef: intent.NewTxnRef(m.IDs), Token: m.IDs.Token(16),
		Session: pay.SessionID(m.IDs.Session()), Order: pay.OrderID(m.IDs.New(id.Order)), CallbackID: webhook.CallbackID(m.IDs.UUID()),
		Actor: m.server(), Reference: intent.OrderRef{OrderRef: "ORD" + strconv.Itoa(len(m.opened))}, Description: "Order",
		Amount: money.New(rapid.SampledFrom([]int64{1001, 100_000, 999_999_999_999_999}).Draw(rt, "minor"), rapid.SampledFrom(intent.Currencies()).Draw(rt, "currency")),
		Policy: intent.Policy{Life: lives.Draw(rt, "life")}, At: m.Core.Now(),
	}
	_, err := pay.Run(context.Background(), m.Core, intent.CreateIntent, m.intents.Creation(in))
	if m.bearable(rt, err); err == nil {
		m.keep(rt, in.Session, opening{intent: in.TxnRef})
	}
}

func (m *market) openCart(rt *rapid.T) {
	template, err := pay.Run(context.Background(), m.Core, m.carts.Add, cart.Change{
		Actor: m.server(), Fresh: cart.ID(m.IDs.ULID()), At: m.Core.Now(),
		Item: cart.Item{Variant: m.Product.ID, Quantity: rapid.Int64Range(1, 3).Draw(rt, "quantity")},
	})
	if m.bearable(rt, err); err == nil {
		m.begin(rt, template.ID)
	}
}

func (m *market) begin(rt *rapid.T, of cart.ID) {
	begun, err := pay.Run(context.Background(), m.Core, m.carts.Begin, cart.Beginning{Actor: m.server(), Cart: of, At: m.Core.Now(), Minted: cart.Minted{
		Cart: cart.ID(m.IDs.ULID()), Checkout: cart.CheckoutID(m.IDs.ULID()), Session: pay.SessionID(m.IDs.Session()),
	}})
	if m.bearable(rt, err); err == nil {
		m.keep(rt, begun.Checkout.Session, opening{cart: begun.ID})
	}
}

// one is one of the latest checkouts that fits.
func (m *market) one(rt *rapid.T, fits func(opening) bool) opening {
	const latest = 3
	var list []opening
	for i := len(m.opened) - 1; i >= 0 && len(list) < latest; i-- {
		if fits(m.opened[i]) {
			list = append(list, m.opened[i])
		}
	}
	if len(list) == 0 {
		rt.Skip("no such checkout yet")
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(rt, "checkout")]
}

func anyOf(opening) bool { return true }

// paid is one of the latest checkouts that were paid and fit.
func (m *market) paid(rt *rapid.T, fits func(opening) bool) opening {
	return m.one(rt, func(o opening) bool {
		return fits(o) && m.Int(m.tb, `SELECT COUNT(*) FROM checkout_sessions WHERE id = $1 AND status = 'used'`, o.session.ID) == 1
	})
}

func (m *market) beginAgain(rt *rapid.T) {
	m.begin(rt, m.one(rt, func(o opening) bool { return o.cart != "" }).cart)
}

func (m *market) place(rt *rapid.T) { m.placeOne(rt, m.one(rt, anyOf)) }

func (m *market) placeOne(rt *rapid.T, of opening) {
	if of.intent != "" {
		return // its order was placed with it
	}
	buyer := pay.Buyer{Name: "Ali", Phone: "9647500000000", City: "iraq_al_basrah", Address1: "Baghdad", Country: "IQ"}
	if of.cart != "" {
		buyer = pay.Buyer{FirstName: "Ann", LastName: "Lee", Address1: "1 Main St", City: "Oslo", Country: "NO"}
	}
	if rapid.Bool().Draw(rt, "moved") {
		buyer.Address2 = "2nd floor"
	}
	_, err := pay.Run(context.Background(), m.Core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(m.IDs.New(id.Order)), Actor: m.visitor(), Session: of.session.ID, BuyerEmail: "ann@example.test", Buyer: buyer, At: m.Core.Now(),
	})
	m.bearable(rt, err)
}

func (m *market) ship(rt *rapid.T) {
	_, err := pay.Run(context.Background(), m.Core, m.carts.ChooseShipping, cart.ShippingChoice{
		Actor: m.server(), Cart: m.one(rt, func(o opening) bool { return o.cart != "" }).cart, At: m.Core.Now(),
		Method: rapid.SampledFrom([]cart.MethodID{"pickup", "parcel"}).Draw(rt, "method"),
	})
	m.bearable(rt, err, "checkout_ended", "session_not_open")
}

func (m *market) pay(rt *rapid.T) {
	of := m.one(rt, anyOf)
	visitor := visitors.Draw(rt, "visitor")
	look := m.MustLook(m.tb, of.session, visitor)
	start := paytest.Card(of.session, visitor, look.Turn, cards.Draw(rt, "number"))
	if of.intent != "" && slices.Contains(of.session.Methods, connector.JazzCash) && rapid.Bool().Draw(rt, "wallet") {
		start.Method = connector.JazzCash
		start.Instrument = connector.Instrument{Wallet: &connector.WalletAccount{
			Provider: "jazzcash", Phone: rapid.SampledFrom(append(simulator.Wallets(), simulator.TestWallet{Example: "03123456789"})).Draw(rt, "phone").Example,
		}}
	}
	m.bearable(rt, m.Core.Pay(context.Background(), start))
}

// payForGood pays with a card that succeeds.
func (m *market) payForGood(rt *rapid.T, of opening) {
	look := m.MustLook(m.tb, of.session, "ann")
	card := rapid.SampledFrom([]string{goodCard, "4000000000007726", "4000000000005126"}).Draw(rt, "number")
	m.bearable(rt, m.Core.Pay(context.Background(), paytest.Card(of.session, "ann", look.Turn, card)))
}

func (m *market) answer(rt *rapid.T) {
	m.bearable(rt, m.Core.Continue(context.Background(), pay.Continuation{
		Session: m.one(rt, anyOf).session.ID, Visitor: visitors.Draw(rt, "visitor"), Input: connector.CustomerInput{Fields: map[string]string{
			"answer": rapid.SampledFrom([]string{"approve", "refuse", ""}).Draw(rt, "answer"),
			"code":   rapid.SampledFrom([]string{"123456", "000000", "1"}).Draw(rt, "code"),
		}},
	}))
}

func (m *market) giveUp(rt *rapid.T) {
	_, err := pay.Run(context.Background(), m.Core, pay.CancelSale, pay.SaleCancellation{Session: m.one(rt, anyOf).session.ID, Actor: m.visitor(), At: m.Core.Now()})
	m.bearable(rt, err, "session_not_open")
}

func (m *market) invalidate(rt *rapid.T) {
	of := m.one(rt, func(o opening) bool { return o.link != "" })
	_, err := pay.Run(context.Background(), m.Core, m.links.Invalidate, link.Invalidation{
		Actor: m.server(), Reference: of.link, IfPending: rapid.Bool().Draw(rt, "if pending"), At: m.Core.Now(),
	})
	m.bearable(rt, err, "link_not_pending")
}

func (m *market) mark(rt *rapid.T) {
	of := m.one(rt, func(o opening) bool { return o.link != "" })
	_, err := pay.Run(context.Background(), m.Core, m.links.MarkLink, link.Mark{
		ID: m.linkOf(of).ID, Actor: m.operator(), To: rapid.SampledFrom([]link.Status{link.Delivered, link.Rejected}).Draw(rt, "to"), At: m.Core.Now(),
	})
	m.bearable(rt, err, "link_transition", "session_not_open")
}

func (m *market) linkOf(of opening) (found link.Link) {
	if err := m.Core.View(context.Background(), func(r pay.Records) (err error) {
		found, err = m.links.Look(r, m.Shop.Shop.ID, of.link, m.Core.Now())
		return err
	}); err != nil {
		m.tb.Fatalf("%v", err)
	}
	return found
}

func (m *market) changeFee(rt *rapid.T) {
	terms, err := pay.ParseFee(rapid.SampledFrom([]string{
		"PKR 2.5% + 10", "PKR none", "IQD 3%", "IQD 0.0001%", "IQD 0", "USD 0.30", "USD 100%", "USD none",
	}).Draw(rt, "fee"))
	if err != nil {
		rt.Fatal(err)
	}
	_, err = pay.Run(context.Background(), m.Core, pay.ChangeFee, pay.FeeChange{Actor: m.operator(), Store: m.Shop.Shop.ID, Terms: terms, At: m.Core.Now()})
	m.bearable(rt, err)
}

// askBack asks for some or all of a checkout's money, as the dialect does it.
func (m *market) askBack(rt *rapid.T) {
	of := m.paid(rt, func(o opening) bool { return o.cart == "" })
	share := rapid.SampledFrom([]int64{0, 1, 2, 3}).Draw(rt, "share")
	refund := pay.RefundID(m.IDs.New(id.Refund))
	var err error
	if of.link != "" {
		total := m.linkOf(of).Total
		_, err = pay.Run(context.Background(), m.Core, link.RequestRefund, m.links.RefundCreation(link.RefundRequest{
			ID: refund, Actor: m.server(), Reference: of.link, Amount: money.New(total.Minor()/max(1, share), total.Currency()), Reason: "Worn", At: m.Core.Now(),
		}))
	} else {
		in := intent.NewRefund{ID: refund, Actor: m.server(), TxnRef: of.intent, Reason: "Worn", At: m.Core.Now()}
		if share > 0 {
			in.Amount = func(c money.Currency) (money.Amount, error) {
				return money.New(of.session.Price.Amount.Minor()/share, c), nil
			}
		}
		_, err = pay.Run(context.Background(), m.Core, intent.RequestRefund, m.intents.RefundCreation(in))
	}
	m.bearable(rt, err, "invalid_state", "amount_too_low")
}

// refundByOperator gives money back without being asked.
func (m *market) refundByOperator(rt *rapid.T) {
	payment := m.MustLook(m.tb, m.paid(rt, anyOf).session, "").Payment
	in := pay.RefundRequest{
		ID: pay.RefundID(m.IDs.New(id.Refund)), Actor: m.operator(), By: "Ann", Payment: payment.ID, Reason: "So be it",
		Wait: rapid.IntRange(0, 3).Draw(rt, "wait") == 0, At: m.Core.Now(),
	}
	if part := rapid.SampledFrom([]int64{0, 2, 3}).Draw(rt, "part"); part > 0 && payment.Charged.Minor() >= part {
		in.Amount = money.New(payment.Charged.Minor()/part, payment.Charged.Currency())
	}
	refund, err := pay.Run(context.Background(), m.Core, pay.RequestRefund, in)
	if m.bearable(rt, err); err == nil && refund.State == pay.RefundApproved {
		m.bearable(rt, m.Core.ExecuteRefund(context.Background(), refund.ID, 0))
	}
}

func (m *market) decide(rt *rapid.T) {
	decide := rapid.SampledFrom([]pay.Command[pay.RefundDecision, pay.Refund]{pay.ApproveRefund, pay.ApproveRefund, pay.RejectRefund}).Draw(rt, "decision")
	refund, err := pay.Run(context.Background(), m.Core, decide, pay.RefundDecision{
		ID: m.refund(rt).ID, Actor: m.operator(), By: "Ann", Note: "So be it", At: m.Core.Now(),
	})
	if m.bearable(rt, err); err == nil && refund.State == pay.RefundApproved {
		m.bearable(rt, m.Core.ExecuteRefund(context.Background(), refund.ID, 0))
	}
}

// takeBack withdraws a refund by the dialect's own call. What that answers must
// be what became of the refund.
func (m *market) takeBack(rt *rapid.T) {
	before := m.refund(rt)
	_, err := pay.Run(context.Background(), m.Core, m.links.WithdrawRefund, link.RefundWithdrawal{ID: before.ID, Actor: m.server(), At: m.Core.Now()})
	if !fault.Is(err, fault.NotFound) {
		m.bearable(rt, err, "refund_under_way", "refund_decided", "refund_of_another")
		return
	}
	withdrawn, err := pay.Run(context.Background(), m.Core, m.intents.WithdrawRefund, intent.RefundWithdrawal{ID: before.ID, Actor: m.server(), At: m.Core.Now()})
	if m.bearable(rt, err); err != nil {
		return
	}
	mine := before.State == pay.RefundRequested && before.AskedBy == pay.AskedByMerchant
	if after := m.Int(m.tb, `SELECT COUNT(*) FROM refunds WHERE id = $1 AND state = 'withdrawn'`, before.ID) == 1; after != (withdrawn || before.State == pay.RefundWithdrawn) || withdrawn != mine {
		rt.Fatalf("taken back %t, and it is so %t, of a refund that was %s", withdrawn, after, before.State)
	}
}

// rest is world.rest for every currency and noun.
func (m *market) rest(rt *rapid.T) {
	m.world.rest(rt)
	m.check(rt)
}
