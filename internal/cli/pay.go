package cli

import (
	"context"
	"fmt"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/checkout"
)

// payCommand completes a hosted checkout, so that an integrator's tests need no
// browser.
type payCommand struct {
	CheckoutURL string        `arg:"" name:"checkout-url" help:"The address of a checkout's page in the test environment, of any dialect."`
	Card        string        `default:"4576750000000110" placeholder:"NUMBER" help:"Card number; the test environment's cards tell what happens (${default} is good)."`
	Email       string        `placeholder:"EMAIL" help:"The buyer's address. Default: what the session knows, or an example."`
	Country     string        `placeholder:"CODE" help:"The buyer's country, such as US. Default: what the session knows, or US."`
	Method      string        `placeholder:"METHOD" help:"Way of paying, such as card, applepay, wechat, jazzcash, easypaisa, qicard, zaincash or fib. Default: card."`
	Phone       string        `default:"03123456789" placeholder:"NUMBER" help:"Mobile number of a wallet, for jazzcash and easypaisa (${default})."`
	CNIC        string        `name:"cnic" placeholder:"DIGITS" help:"National identity number of the wallet's holder. Default: none."`
	OTP         string        `name:"otp" default:"123456" placeholder:"CODE" help:"One-time password that the wallet sends; the test environment's codes tell what happens (${default} is good)."`
	Timeout     time.Duration `default:"2m" help:"How long to wait for the outcome (${default})."`
	JSON        bool          `help:"Print one JSON object."`
}

// paid is what the command tells a program.
type paid struct {
	Status    string            `json:"status"` // paid, declined, waiting or failed
	State     pay.CheckoutState `json:"state,omitempty"`
	OrderID   pay.OrderID       `json:"orderId,omitempty"`
	PaymentID pay.PaymentID     `json:"paymentId,omitempty"`
	Amount    string            `json:"amount,omitempty"`
	Currency  string            `json:"currency,omitempty"`
	Reason    connector.Reason  `json:"reason,omitempty"`
	Message   string            `json:"message,omitempty"`
	Code      string            `json:"code,omitempty"` // what to pay under elsewhere, when waiting
	How       string            `json:"instructions,omitempty"`
	code      int
}

// Run pays. Exit 0 is paid, 1 declined, 2 anything else.
func (c *payCommand) Run(ctx context.Context, s Streams) error {
	walker, err := newPayer(c.CheckoutURL, purchase{
		Email: c.Email, Country: c.Country, Method: connector.Method(c.Method), Card: c.Card,
		Phone: c.Phone, CNIC: c.CNIC, Code: c.OTP,
	})
	if err != nil {
		return outcome{exitFailed, err}
	}
	limited, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	answer, err := walker.pay(limited)
	if err != nil {
		if c.JSON {
			f := fault.From(err)
			if err := printJSON(s.Out, paid{Status: "failed", State: answer.State, Message: f.Message}); err != nil {
				return outcome{exitFailed, err}
			}
		}
		return outcome{exitFailed, err}
	}
	result := resultOf(answer)
	if c.JSON {
		err = printJSON(s.Out, result)
	} else if result.code == exitDone {
		_, err = fmt.Fprintf(s.Out, "Paid %s %s: order %s, payment %s\n", result.Amount, result.Currency, result.OrderID, result.PaymentID)
	} else {
		_, err = fmt.Fprintln(s.Err, "tillway: "+result.Message)
	}
	if err != nil || result.code != exitDone {
		return outcome{result.code, err}
	}
	return nil
}

// endings say what a checkout's last state means for whoever wanted to pay.
var endings = map[pay.CheckoutState]string{
	pay.CheckoutUsed:        "This checkout has been paid already, by another browser. Make a new session to pay again.",
	pay.CheckoutBeingPaid:   "Somebody else is paying for this checkout right now. Wait for the outcome, or make a new session.",
	pay.CheckoutExpired:     "This checkout has expired. Make a new session.",
	pay.CheckoutUnavailable: "The store cannot sell now: it is not active.",
	pay.CheckoutWaiting:     "The outcome is still not known; the server goes on asking. Look again later, or give a longer --timeout.",
}

// resultOf reads the state in which a walk ended.
func resultOf(answer checkout.Answer) paid {
	result := paid{Status: "failed", State: answer.State, Amount: answer.Amount, Currency: answer.Currency, code: exitFailed}
	switch answer.State {
	case pay.CheckoutPaid:
		result.Status, result.code = "paid", exitDone
		result.OrderID, result.PaymentID = answer.OrderID, answer.PaymentID
		return result
	case pay.CheckoutPayment:
		if answer.Decline != nil && !answer.Decline.Unsent {
			result.Status, result.code = "declined", exitNo
			result.Reason, result.Message = answer.Decline.Reason, "Declined: "+answer.Decline.Message
			return result
		}
		result.Message = "The payment did not reach the provider; nothing was charged. Try again."
		return result
	case pay.CheckoutWaiting:
		if action := answer.Action; action != nil && action.Kind == connector.ShowCode {
			result.Status, result.Code, result.How = "waiting", action.Code, action.Data[connector.ActionInstructions]
			result.Message = "The payment waits for somebody to pay elsewhere under the code " + action.Code + ". " + result.How
			return result
		}
	case pay.CheckoutExpired:
		// Who gave up where the provider asked has a decline; who gave up before has none.
		gaveUp := answer.Ended == pay.EndedByHand && answer.Decline != nil && !answer.Decline.Unsent
		if answer.Ended == pay.EndedByDecline || gaveUp {
			result.Status, result.code, result.Message = "declined", exitNo, "Declined, and the checkout takes no other payment."
			if answer.Decline != nil {
				result.Reason, result.Message = answer.Decline.Reason, "Declined: "+answer.Decline.Message
			}
			return result
		}
	case pay.CheckoutDetails, pay.CheckoutChallenge,
		pay.CheckoutUsed, pay.CheckoutBeingPaid, pay.CheckoutUnavailable:
	}
	if result.Message = endings[answer.State]; result.Message == "" {
		result.Message = "The checkout stopped in the state " + string(answer.State) + "."
	}
	return result
}
