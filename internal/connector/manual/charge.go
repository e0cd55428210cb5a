package manual

import (
	"context"
	"errors"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// Begin implements connector.Connector: it opens an entry and shows the buyer
// the instructions and a code to pay under.
func (m *Manual) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	if problem := m.problem(charge); problem != "" {
		return rejected(problem)
	}
	entry := Entry{
		Reference: charge.Reference, Kind: ChargeKind, Code: codeOf(m.ids.Bytes(codeLength)), Environment: charge.Environment,
		Amount: charge.Amount, Returning: money.Zero(charge.Amount.Currency()), Instructions: charge.Instructions,
		State: Awaiting, CreatedAt: m.clock(),
	}
	fresh, err := m.book.keep(ctx, entry)
	if err != nil {
		m.log.Warn("the book did not confirm a charge", "reference", charge.Reference, "error", err)
		return unknown("the book did not confirm the charge")
	}
	if fresh {
		m.log.Info("a payment waits for a person", "reference", entry.Reference, "code", entry.Code, "amount", entry.Amount.String(),
			"currency", entry.Amount.Currency(), "env", entry.Environment)
	}
	// The code of a replay is the first one's, and somebody may have decided.
	return m.answer(ctx, charge.Reference)
}

// problem says why a charge cannot be taken, or nothing.
func (m *Manual) problem(charge connector.Charge) string {
	switch {
	case charge.Reference == "":
		return "the charge has no reference"
	case charge.Amount.Sign() <= 0:
		return "the charge's amount is not positive"
	case !m.Describe().Serves(charge.Environment, charge.Method, charge.Amount.Currency()):
		return "this environment, method and currency are not served"
	case charge.Instrument != connector.Instrument{}:
		return "the buyer pays elsewhere; no instrument belongs here"
	case charge.Instructions == "":
		return "the store has no instructions for its buyers"
	}
	return ""
}

// Continue implements connector.Connector. The buyer has nothing to say here:
// what counts is whether the money came.
func (m *Manual) Continue(ctx context.Context, ref connector.Ref, _ connector.CustomerInput) connector.Result {
	return m.answer(ctx, ref.Reference)
}

// Cancel implements connector.Connector. A charge that a person has decided
// stays as it is.
func (m *Manual) Cancel(ctx context.Context, ref connector.Ref) connector.Result {
	at := m.clock()
	err := m.book.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(decideEntry, ref.Reference, Withdrawn, "", "", sqldb.Micros(at), Awaiting)
		return nil
	})
	if err != nil {
		return unknown("the book did not confirm the cancellation")
	}
	return m.answer(ctx, ref.Reference)
}

// answer is what the book says about a charge.
func (m *Manual) answer(ctx context.Context, reference string) connector.Result {
	entry, err := m.book.find(ctx, reference)
	switch {
	case errors.Is(err, errUnknown), err == nil && entry.Kind != ChargeKind:
		return rejected("there is no such charge")
	case err != nil:
		return unknown("the book did not answer")
	}
	return entry.result()
}

// Inquire implements connector.Connector.
func (m *Manual) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	entry, returned, err := m.book.findWithReturned(ctx, ref.Reference)
	return observe(entry, returned, err, ChargeKind)
}

func observe(entry Entry, returned money.Amount, err error, kind Kind) connector.Observation {
	switch {
	case errors.Is(err, errUnknown), err == nil && entry.Kind != kind:
		return connector.Observation{Finding: connector.NotFound}
	case err != nil:
		return connector.Observation{Finding: connector.NoAnswer}
	}
	return connector.Observation{Finding: connector.Found, Result: entry.result(), Refunded: returned, At: entry.DecidedAt}
}
