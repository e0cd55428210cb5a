package waypay

import (
	"cmp"
	"context"
	"encoding/json"

	"tillway/internal/api"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Limits of texts, in characters; those without a section are our own.
const (
	maxDescription = 200 // spec/waypay.md §4
	maxReference   = 100
	maxExtra       = 64
	maxPurpose     = 64
	maxMetadata    = 10_000
	maxCurrency    = 16
)

// toCreation reads the request of a checkout. The form of the members is judged
// first, then the signature, then the rules of the trade (spec/waypay.md §8).
func (d *dialect) toCreation(ctx context.Context, call *api.Call, wire checkoutWire) (intent.Creation, error) {
	chosen, err := policy(ctx, call)
	if err != nil {
		return intent.Creation{}, err
	}
	in, err := toNewIntent(call.Actor().Env, chosen, wire)
	if err != nil {
		return intent.Creation{}, err
	}
	if err := checkSignature(call.Body, wire.Signature, signerOf(call, chosen.Signature)); err != nil {
		return intent.Creation{}, err
	}
	// Where an address leads is asked only for who has signed, and is its form still.
	if wire.CallbackURL != "" {
		if _, err := webhook.VetTarget(ctx, d.targets(call.Actor().Env), wire.CallbackURL); err != nil {
			return intent.Creation{}, fault.From(err).WithField("callbackUrl")
		}
	}
	if in.Preferred, err = toMethod(wire.PaymentMethod); err != nil {
		return intent.Creation{}, err
	}
	ids := call.IDs()
	in.ID, in.Transaction, in.TxnRef = intent.ID(ids.UUID()), intent.TransactionID(ids.UUID()), intent.NewTxnRef(ids)
	in.Token, in.Session, in.Order = ids.Token(tokenSize), pay.SessionID(ids.Session()), pay.OrderID(ids.New("ORD"))
	in.CallbackID, in.Secret = webhook.CallbackID(ids.UUID()), call.Credential.Signing
	in.Actor, in.Policy, in.At = call.Actor(), chosen, call.At
	return d.intents.Creation(in), nil
}

// tokenSize is the entropy of a checkout's address, in bytes. Whoever has the
// address may pay.
const tokenSize = 16

// toNewIntent checks the form of every member and takes what is sold.
func toNewIntent(env pay.Env, chosen intent.Policy, wire checkoutWire) (in intent.NewIntent, err error) {
	if wire.Amount == "" {
		return in, pay.MissingField("amount")
	}
	if len(wire.Currency) > maxCurrency {
		return in, tooLong("currency", maxCurrency)
	}
	if in.Amount, err = toAmount("amount", wire.Amount, cmp.Or(money.Currency(wire.Currency), chosen.Currency)); err != nil {
		return in, err
	}
	if err := checkDescription(wire.Description); err != nil {
		return in, err
	}
	if in.Reference, err = toOrderRef(env, wire.OrderRef); err != nil {
		return in, err
	}
	if in.Customer, err = toCustomer(wire.CustomerRef); err != nil {
		return in, err
	}
	for _, address := range [...][2]string{{"callbackUrl", wire.CallbackURL}, {"successUrl", wire.SuccessURL}, {"cancelUrl", wire.CancelURL}} {
		if err := toAddress(address[0], address[1], env); err != nil {
			return in, err
		}
	}
	if in.Purpose, err = pay.CleanText("intentType", wire.IntentType, 0, maxPurpose); err != nil {
		return in, err
	}
	if wire.PaymentMethod != "" {
		if _, err := toWhole("paymentMethod", wire.PaymentMethod); err != nil {
			return in, err
		}
	}
	if err := checkMetadata(wire.MetadataJSON); err != nil {
		return in, err
	}
	if err := checkSignatureForm(wire.Signature); err != nil {
		return in, err
	}
	in.Description, in.Metadata = wire.Description, wire.MetadataJSON
	in.CallbackURL, in.SuccessURL, in.CancelURL = wire.CallbackURL, wire.SuccessURL, wire.CancelURL
	return in, nil
}

// checkDescription is ^[A-Za-z0-9 ]{1,200}$.
func checkDescription(text string) error {
	switch {
	case text == "":
		return pay.MissingField("description")
	case len([]rune(text)) > maxDescription:
		return tooLong("description", maxDescription)
	case !only(text, func(r rune) bool { return letterOrDigit(r) || r == ' ' }):
		return badFormat("description", "description may have letters, digits and spaces only")
	}
	return nil
}

// toOrderRef reads the merchant's own name: letters and digits, and in the test
// environment also the hyphen, which the source's own test reference has
// (spec/waypay.md §7).
func toOrderRef(env pay.Env, wire *orderRefWire) (intent.OrderRef, error) {
	const field = "orderRef.orderRef"
	if wire == nil {
		return intent.OrderRef{}, pay.MissingField("orderRef")
	}
	legal := letterOrDigit
	if env == pay.Test {
		legal = func(r rune) bool { return letterOrDigit(r) || r == '-' }
	}
	switch {
	case wire.OrderRef == "":
		return intent.OrderRef{}, pay.MissingField(field)
	case len([]rune(wire.OrderRef)) > maxReference:
		return intent.OrderRef{}, tooLong(field, maxReference)
	case !only(wire.OrderRef, legal):
		return intent.OrderRef{}, badFormat(field, "%s may have letters and digits only", field)
	}
	if err := checkExtra("orderRef.discount", wire.Discount); err != nil {
		return intent.OrderRef{}, err
	}
	if err := checkExtra("orderRef.tax", wire.Tax); err != nil {
		return intent.OrderRef{}, err
	}
	return intent.OrderRef{OrderRef: wire.OrderRef, Discount: wire.Discount, Tax: wire.Tax}, nil
}

// checkExtra checks what the page shows beside the amount.
func checkExtra(field string, text *string) error {
	if text == nil {
		return nil
	}
	_, err := pay.CleanText(field, *text, 0, maxExtra)
	return err
}

// checkMetadata checks that a text holds JSON.
func checkMetadata(text string) error {
	switch {
	case len([]rune(text)) > maxMetadata:
		return tooLong("metadataJson", maxMetadata)
	case text != "" && !json.Valid([]byte(text)):
		return badFormat("metadataJson", "metadataJson must be a string that holds JSON")
	}
	return nil
}

// toMethod reads paymentMethod. Errors: intent.ErrMethod.
func toMethod(number api.Number) (connector.Method, error) {
	if number == "" {
		return "", nil
	}
	code, err := toWhole("paymentMethod", number)
	if err != nil {
		return "", err
	}
	switch code {
	case "1":
		return connector.JazzCash, nil
	case "2":
		return connector.Easypaisa, nil
	}
	return "", intent.ErrMethod
}

func (d *dialect) fromCreated(_ *api.Call, made intent.Intent) any {
	return checkoutAnswerWire{
		PaymentIntentID: string(made.ID), CheckoutURL: d.publicURL + "/pay/" + made.Token, ExpiresAt: timeOf(made.ExpiresAt),
	}
}
