package store

import (
	"errors"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const attemptColumns = `id, store_id, env, payment_id, order_id, turn, number, connector, provider_id, state, currency, amount,
	captured, captured_in, reason, decline, message, action, visitor, called_at, resolved_at, watch_until, version`

var errAttemptNotFound = fault.New(fault.NotFound, "attempt_not_found", "Attempt not found")

func scanAttempt(row sqldb.Row) (a pay.Attempt, err error) {
	var currency, capturedIn money.Currency
	var asked, captured, called, resolved, watch int64
	var action string
	err = row.Scan(&a.ID, &a.Store, &a.Env, &a.Payment, &a.Order, &a.Turn, &a.Number, &a.Connector, &a.ProviderID, &a.State,
		&currency, &asked, &captured, &capturedIn, &a.Reason, &a.Decline, &a.Message, &action, &a.Visitor,
		&called, &resolved, &watch, &a.Row)
	if err != nil {
		return a, absent(err, errAttemptNotFound)
	}
	a.Amount, a.Captured = money.New(asked, currency), money.New(captured, capturedIn)
	a.CalledAt, a.ResolvedAt, a.WatchUntil = sqldb.Moment(called), sqldb.Moment(resolved), sqldb.Moment(watch)
	if action != "" {
		a.Action = new(connector.Action)
	}
	return a, fromJSON(action, a.Action)
}

const selectAttempt = `SELECT ` + attemptColumns + ` FROM attempts WHERE id = $1`

// Attempt reads one attempt.
func (r records) Attempt(id pay.AttemptID) (pay.Attempt, error) {
	return scanAttempt(r.QueryRow(selectAttempt, id))
}

const selectLastAttempt = `SELECT ` + attemptColumns + ` FROM attempts WHERE payment_id = $1 ORDER BY number DESC LIMIT 1`

// LastAttempt reads the newest attempt of a payment.
func (r records) LastAttempt(id pay.PaymentID) (pay.Attempt, error) {
	return scanAttempt(r.QueryRow(selectLastAttempt, id))
}

// A payment can have two attempts that captured: then the later money went back,
// or is on its way.
const selectCapturedAttempt = `SELECT ` + attemptColumns + ` FROM attempts
	WHERE payment_id = $1 AND (state = 'succeeded' OR state = 'captured_late' AND NOT EXISTS (SELECT 1 FROM refunds r
		WHERE r.payment_id = attempts.payment_id AND r.attempt_id = attempts.id AND r.origin = 'late_capture'))
	ORDER BY CASE WHEN state = 'succeeded' THEN 0 ELSE 1 END, number LIMIT 1`

// CapturedAttempt reads the attempt whose money pays a succeeded payment.
func (r records) CapturedAttempt(id pay.PaymentID) (pay.Attempt, error) {
	return scanAttempt(r.QueryRow(selectCapturedAttempt, id))
}

const selectLastAttemptOfOrder = `SELECT ` + attemptColumns + ` FROM attempts WHERE order_id = $1 ORDER BY turn DESC LIMIT 1`

// LastAttemptOfOrder reads the newest attempt of an order's payments; the zero
// Attempt when it has none.
func (r records) LastAttemptOfOrder(id pay.OrderID) (pay.Attempt, error) {
	a, err := scanAttempt(r.QueryRow(selectLastAttemptOfOrder, id))
	if errors.Is(err, errAttemptNotFound) {
		return pay.Attempt{}, nil
	}
	return a, err
}

const insertAttempt = `INSERT INTO attempts (` + attemptColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
	$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`

// InsertAttempt writes a new attempt. That (order, turn) is unique makes two
// attempts at once impossible, whatever else fails.
func (r records) InsertAttempt(a pay.Attempt) {
	r.tx.Exec(insertAttempt, a.ID, a.Store, a.Env, a.Payment, a.Order, a.Turn, a.Number, a.Connector, a.ProviderID, a.State,
		a.Amount.Currency(), a.Amount.Minor(), a.Captured.Minor(), capturedIn(a), a.Reason, a.Decline, a.Message,
		encodeAction(a.Action), a.Visitor, sqldb.Micros(a.CalledAt), sqldb.Micros(a.ResolvedAt), sqldb.Micros(a.WatchUntil), a.Row)
}

const updateAttempt = `UPDATE attempts SET provider_id = $3, state = $4, captured = $5, captured_in = $6, reason = $7, decline = $8,
	message = $9, action = $10, resolved_at = $11, watch_until = $12, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateAttempt writes what may change of an attempt if nobody else has since
// it was read.
func (r records) UpdateAttempt(a pay.Attempt) {
	r.tx.ExecOne(updateAttempt, a.ID, a.Row, a.ProviderID, a.State, a.Captured.Minor(), capturedIn(a), a.Reason, a.Decline,
		a.Message, encodeAction(a.Action), sqldb.Micros(a.ResolvedAt), sqldb.Micros(a.WatchUntil))
}

// capturedIn is the currency of what was captured: the asked one until then.
func capturedIn(a pay.Attempt) money.Currency {
	if a.Captured.IsSet() {
		return a.Captured.Currency()
	}
	return a.Amount.Currency()
}

func encodeAction(action *connector.Action) string {
	if action == nil {
		return ""
	}
	return toJSON(action)
}
