package manual

import (
	"context"
	"errors"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// errRefused carries why a refund was refused; the closure that returns it is
// rolled back.
type errRefused struct{ problem string }

func (e errRefused) Error() string { return "manual: refund refused: " + e.problem }

// Refund implements connector.Connector: it opens an entry for the operator,
// who sends the money back and confirms.
func (m *Manual) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	switch {
	case refund.Reference == "":
		return rejected("the refund has no reference")
	case refund.Amount.Sign() <= 0:
		return rejected("the refund's amount is not positive")
	}
	entry := Entry{
		Reference: refund.Reference, Kind: RefundKind, ChargeReference: refund.Charge.Reference, Code: codeOf(m.ids.Bytes(codeLength)),
		Amount: refund.Amount, Returning: money.Zero(refund.Amount.Currency()), State: Awaiting, CreatedAt: m.clock(),
	}
	var fresh bool
	err := m.book.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		fresh, err = openRefund(tx, entry)
		return err
	})
	if refused, ok := errors.AsType[errRefused](err); ok {
		return rejected(refused.problem)
	}
	if err != nil {
		m.log.Warn("the book did not confirm a refund", "reference", refund.Reference, "error", err)
		return unknown("the book did not confirm the refund")
	}
	if fresh {
		m.log.Info("a refund waits for a person", "reference", entry.Reference, "charge", entry.ChargeReference,
			"amount", entry.Amount.String(), "currency", entry.Amount.Currency())
	}
	kept, err := m.book.find(ctx, refund.Reference)
	if err != nil {
		return unknown("the book did not answer")
	}
	return kept.result()
}

// openRefund inserts first: the reference decides between new and replay, and
// everything refused after that takes the insert back with it.
func openRefund(tx sqldb.Tx, entry Entry) (fresh bool, err error) {
	charge, err := find(tx, entry.ChargeReference)
	switch {
	case errors.Is(err, errUnknown), err == nil && charge.Kind != ChargeKind:
		return false, errRefused{"there is no such charge"}
	case err != nil:
		return false, err
	case charge.Amount.Currency() != entry.Amount.Currency():
		return false, errRefused{"the refund's currency is not the charge's"}
	}
	entry.Environment = charge.Environment
	if fresh, err = insert(tx, entry); err != nil {
		return false, err
	}
	if !fresh {
		kept, err := find(tx, entry.Reference)
		if err == nil && (kept.Kind != RefundKind || kept.ChargeReference != entry.ChargeReference) {
			err = errRefused{"the reference is in use for something else"}
		}
		return false, err
	}
	reserved, err := tx.Count(reserveReturn, entry.Amount.Minor(), charge.Reference, Confirmed)
	if err == nil && reserved != 1 {
		err = errRefused{"the charge was not paid, or more would go back than came"}
	}
	return true, err
}

// InquireRefund implements connector.Connector.
func (m *Manual) InquireRefund(ctx context.Context, reference string) connector.Observation {
	entry, err := m.book.find(ctx, reference)
	return observe(entry, money.Amount{}, err, RefundKind)
}
