// Package manual is the connector whose provider is a person: the buyer pays
// by bank transfer or in cash as the store's instructions say, and the operator
// confirms or refuses. It takes real money as well as play money.
//
// Its truth is the operator's word, which is kept in the book (table
// manual_entries of the main database) with who gave it, when and why, and is
// never changed. A charge is durable before Begin answers and waits for as long
// as nobody decides; so does a refund, which the operator pays out by hand.
//
// The package may not know orders, stores, attempts or the ledger: like every
// provider it knows references and amounts.
package manual

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"tillway/internal/connector"
	"tillway/internal/id"
	"tillway/internal/sqldb"
)

// Name is the connector's name; it is part of the ledger account
// "provider/manual".
const Name = "manual"

// Config is what a Manual needs.
type Config struct {
	DB  sqldb.DB // migrated
	Now func() time.Time
	IDs *id.Source
	Log *slog.Logger // discarded when nil
}

// Manual is the connector. It is safe for concurrent use.
type Manual struct {
	book book
	now  func() time.Time
	ids  *id.Source
	log  *slog.Logger
}

var _ connector.Connector = (*Manual)(nil)

// New makes the connector.
func New(config Config) *Manual {
	m := &Manual{book: book{db: config.DB}, now: config.Now, ids: config.IDs, log: config.Log}
	if m.log == nil {
		m.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return m
}

// maxBlock is longer than a call may take to write into the book, so that what
// is not there by then never comes.
const maxBlock = time.Minute

// Describe implements connector.Connector.
func (m *Manual) Describe() connector.Capabilities {
	return connector.Capabilities{
		Name:          Name,
		Environments:  []connector.Environment{connector.Test, connector.Live},
		Methods:       []connector.Method{connector.Bank},
		PartialRefund: true, AsyncRefund: true, InquiryByReference: true, MaxBlock: maxBlock,
	}
}

// clock is now as the book keeps it.
func (m *Manual) clock() time.Time { return m.now().UTC().Truncate(time.Microsecond) }

// ParseCallback implements connector.Connector: nobody calls.
func (m *Manual) ParseCallback(context.Context, map[string][]string, []byte) ([]connector.Signal, error) {
	return nil, errors.New("manual: there are no callbacks")
}

// ListSettled implements connector.Connector. There is no book but our own, so
// there is nothing to reconcile with.
func (m *Manual) ListSettled(context.Context, time.Time, time.Time, string) ([]connector.Settled, string, error) {
	return nil, "", nil
}

// unknown is an answer that never came: the book may have it or not.
func unknown(message string) connector.Result {
	return connector.Result{Outcome: connector.Unknown, Message: message}
}

func rejected(message string) connector.Result {
	return connector.Result{Outcome: connector.Rejected, Reason: connector.ReasonInvalidRequest, Message: message}
}
