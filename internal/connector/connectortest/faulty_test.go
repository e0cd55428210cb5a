package connectortest_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/connectortest"
	"tillway/internal/connector/simulator"
	"tillway/internal/money"
)

// faulty is a sound connector with some of its methods replaced.
type faulty struct {
	connector.Connector
	describe func() connector.Capabilities
	begin    func(context.Context, connector.Charge) connector.Result
	proceed  func(context.Context, connector.Ref, connector.CustomerInput) connector.Result
	cancel   func(context.Context, connector.Ref) connector.Result
	refund   func(context.Context, connector.Refund) connector.Result
	inquire  func(context.Context, connector.Ref) connector.Observation
	callback func(context.Context, map[string][]string, []byte) ([]connector.Signal, error)
	list     func(context.Context, time.Time, time.Time, string) ([]connector.Settled, string, error)
}

func (f faulty) Describe() connector.Capabilities {
	if f.describe == nil {
		return f.Connector.Describe()
	}
	return f.describe()
}

func (f faulty) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	if f.begin == nil {
		return f.Connector.Begin(ctx, charge)
	}
	return f.begin(ctx, charge)
}

func (f faulty) Continue(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
	if f.proceed == nil {
		return f.Connector.Continue(ctx, ref, in)
	}
	return f.proceed(ctx, ref, in)
}

func (f faulty) Cancel(ctx context.Context, ref connector.Ref) connector.Result {
	if f.cancel == nil {
		return f.Connector.Cancel(ctx, ref)
	}
	return f.cancel(ctx, ref)
}

func (f faulty) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	if f.refund == nil {
		return f.Connector.Refund(ctx, refund)
	}
	return f.refund(ctx, refund)
}

func (f faulty) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	if f.inquire == nil {
		return f.Connector.Inquire(ctx, ref)
	}
	return f.inquire(ctx, ref)
}

func (f faulty) ParseCallback(ctx context.Context, h map[string][]string, body []byte) ([]connector.Signal, error) {
	if f.callback == nil {
		return f.Connector.ParseCallback(ctx, h, body)
	}
	return f.callback(ctx, h, body)
}

func (f faulty) ListSettled(
	ctx context.Context, from, until time.Time, cursor string,
) ([]connector.Settled, string, error) {
	if f.list == nil {
		return f.Connector.ListSettled(ctx, from, until, cursor)
	}
	return f.list(ctx, from, until, cursor)
}

// declined is the answer that a faulty connector gives instead of the truth.
var declined = connector.Result{
	Outcome: connector.Declined, Decline: connector.Soft, Reason: connector.ReasonProviderError,
}

// counter makes a repeated reference look new.
type counter struct {
	mu    sync.Mutex
	calls map[string]int
}

// suffix is empty on a reference's first call.
func (c *counter) suffix(reference string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = make(map[string]int)
	}
	c.calls[reference]++
	if c.calls[reference] == 1 {
		return ""
	}
	return fmt.Sprintf("_%d", c.calls[reference])
}

// clock is the provider's time, moved by the suite.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.ahead.Load()))
}
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

var (
	amount = money.New(25_00, money.MustCurrency("USD"))
	timing = simulator.Timing{
		Pending: time.Minute, Expiry: time.Minute, Late: time.Minute, Challenge: time.Minute,
		Voucher: time.Minute, Refund: time.Minute,
	}
)

// wrong is a one-time code that is not the right one.
const wrong = "654321"

// input tells every story by a card, but for the code, which only a mobile
// wallet asks for.
func input(t *testing.T, story connectortest.Story) connectortest.Input {
	t.Helper()
	known := map[connectortest.Story]connectortest.Input{
		connectortest.Succeeds:            told("4242424242424242"),
		connectortest.DeclinedSoft:        told("4000000000009995"),
		connectortest.DeclinedHard:        told("4000000000009979"),
		connectortest.AsksCustomer:        told("4000000000003220"),
		connectortest.AsksThenDeclines:    told("4000008400001629"),
		connectortest.AsksForCode:         toldByWallet("03123456789"),
		connectortest.SucceedsLater:       told("4576750000001574", timing.Pending),
		connectortest.CapturesAfterExpiry: told("4576750000007779", timing.Expiry, timing.Late),
		connectortest.LosesAnswerMoved:    told("4576750000000584"),
		connectortest.LosesAnswerNotMoved: told("4576750000000592"),
		connectortest.NeverSent:           told("4576750000000550"),
		connectortest.RejectsRequest:      told("4576750000001103"),
		connectortest.RefundSucceedsLater: told("4000000000007726", timing.Refund),
		connectortest.RefundFailsLater:    told("4000000000005126", timing.Refund),
	}
	in, found := known[story]
	if !found {
		t.Fatalf("no card tells %q", story)
	}
	return in
}

func told(number string, turns ...time.Duration) connectortest.Input {
	return connectortest.Input{
		Method: connector.Card, Turns: turns,
		Instrument: connector.Instrument{Card: &connector.CardDetails{
			Number: number, ExpiryMonth: 11, ExpiryYear: 2030, CVC: "739",
		}},
	}
}

func toldByWallet(phone string) connectortest.Input {
	return connectortest.Input{
		Method:     connector.JazzCash,
		Instrument: connector.Instrument{Wallet: &connector.WalletAccount{Provider: "jazzcash", Phone: phone, CNIC: "873251"}},
		Codes: connectortest.Codes{
			Right: "123456", Wrong: wrong, Declined: "000000", Tries: 3, Life: timing.Challenge,
		},
	}
}
