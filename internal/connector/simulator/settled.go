package simulator

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// settledPage is how many lines one call of ListSettled gives.
const settledPage = 500

// selectSettled reads the money that has moved: a line whose instant lies
// ahead has not happened yet, and a zero-amount check moves nothing.
const selectSettled = `SELECT reference, kind, amount, currency, booked_at FROM simulator_booking
	WHERE booked_at > 0 AND booked_at >= $1 AND booked_at < $2 AND amount > 0
	AND (booked_at > $3 OR (booked_at = $3 AND reference > $4))
	ORDER BY booked_at, reference LIMIT $5`

// selectTotals sums the money that has moved by $1.
const selectTotals = `SELECT currency, kind, CAST(SUM(amount) AS BIGINT), COUNT(*) FROM simulator_booking
	WHERE booked_at > 0 AND booked_at <= $1 AND amount > 0
	GROUP BY currency, kind ORDER BY currency, kind`

// ListSettled implements connector.Connector for from ≤ At < until; a zero
// until is now. An instant can still gain a line while the clock stands at it,
// so a comparison that must be complete ends its window in the past. A cursor
// that this method did not give is fault.Invalid, code "bad_cursor".
func (s *Simulator) ListSettled(
	ctx context.Context, from, until time.Time, cursor string,
) (items []connector.Settled, next string, err error) {
	end := s.clock().UnixMicro() + 1
	if !until.IsZero() {
		end = min(end, until.UnixMicro())
	}
	start := from.UnixMicro()
	afterTime, afterReference, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	err = s.book.db.Read(ctx, func(q sqldb.Querier) error {
		items, next = nil, ""
		rows, err := q.Query(selectSettled, max(start, afterTime), end, afterTime, afterReference, settledPage)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var (
				item             connector.Settled
				currency         money.Currency
				amount, bookedAt int64
			)
			if err := rows.Scan(&item.Reference, &item.Kind, &amount, &currency, &bookedAt); err != nil {
				return err
			}
			item.ProviderID = providerID(item.Reference)
			item.Amount, item.At = money.New(amount, currency), sqldb.Moment(bookedAt)
			items = append(items, item)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) == settledPage {
		last := items[len(items)-1]
		next = strconv.FormatInt(last.At.UnixMicro(), 10) + "," + last.Reference
	}
	return items, next, nil
}

// parseCursor reads the place after which a page starts. No line has the time
// 0, so the empty cursor starts before the first.
func parseCursor(cursor string) (at int64, reference string, err error) {
	if cursor == "" {
		return 0, "", nil
	}
	micros, reference, found := strings.Cut(cursor, ",")
	at, err = strconv.ParseInt(micros, 10, 64)
	if err != nil || !found || at <= 0 {
		return 0, "", fault.Invalidf("cursor", "bad_cursor", "the cursor is not one that this list gave")
	}
	return at, reference, nil
}

// Total is what the book holds in one currency.
type Total struct {
	Captured, Refunded money.Amount
	Captures, Refunds  int64 // how many
}

// Totals sums the whole book by currency as of now. Captured less Refunded is
// what the ledger's account "provider/simulator" must hold, before fees.
func (s *Simulator) Totals(ctx context.Context) (map[money.Currency]Total, error) {
	var totals map[money.Currency]Total
	err := s.book.db.Read(ctx, func(q sqldb.Querier) error {
		totals = make(map[money.Currency]Total)
		rows, err := q.Query(selectTotals, s.clock().UnixMicro())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var (
				currency   money.Currency
				kind       connector.SettledKind
				sum, count int64
			)
			if err := rows.Scan(&currency, &kind, &sum, &count); err != nil {
				return err
			}
			add(totals, currency, kind, sum, count)
		}
		return rows.Err()
	})
	return totals, err
}

// add enters one sum of one kind into the totals of its currency.
func add(totals map[money.Currency]Total, currency money.Currency, kind connector.SettledKind, sum, count int64) {
	total, seen := totals[currency]
	if !seen {
		total.Captured, total.Refunded = money.Zero(currency), money.Zero(currency)
	}
	if kind == connector.SettledCapture {
		total.Captured, total.Captures = money.New(sum, currency), count
	} else {
		total.Refunded, total.Refunds = money.New(sum, currency), count
	}
	totals[currency] = total
}
