package pay

import (
	"context"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// Records is the port to the rows inside one transaction; package store
// implements it. Readers return fault.NotFound with the noun's own code for an
// absent row. Writers are buffered: their errors surface at the next read or
// at commit. Updates are guarded by the version that was read; a miss runs the
// command again.
type Records interface {
	idempotencyRecords
	merchantRecords
	storeRecords
	productRecords
	sessionRecords
	orderRecords
	paymentRecords
	attemptRecords
	refundRecords
	taxRecords
	manualRecords
	feeRecords
	settingRecords
	ledgerRecords
	eventRecords
	timerRecords
	// OnCommit runs fn once after the commit is durable, before the command
	// returns; a discarded run discards it.
	OnCommit(fn func())
}

// DB opens transactions for commands; package store implements it.
type DB interface {
	// Write runs fn until it commits. fn may run several times.
	Write(ctx context.Context, fn func(Records) error) error
	// Read runs fn on one snapshot. The writers of Records must not be called.
	Read(ctx context.Context, fn func(Records) error) error
}

// Fanout turns an event into deliveries and mail jobs inside the event's own
// transaction; package fanout implements it.
type Fanout interface {
	// Publish returns how many deliveries it made.
	Publish(tx Records, event Event) (deliveries int, err error)
}

// Tx is what a command sees: the rows, and the way out for events.
type Tx struct {
	Records
	fanout Fanout
	// serves reports whether a connector takes such charges.
	serves func(Env, connector.Method, money.Currency) bool
	// followers are the dialects' nouns that follow the sales.
	followers map[Dialect]Follower
	// settings are those that a store may have.
	settings []Setting
}

// Emit stores the event and everything that follows from it (its deliveries)
// in this transaction. An event whose (store, environment, type, key) exists
// already is not emitted twice.
func (tx Tx) Emit(event Event) error {
	fresh, err := tx.InsertEvent(event)
	if err != nil || !fresh {
		return err
	}
	if tx.fanout == nil {
		return nil
	}
	deliveries, err := tx.fanout.Publish(tx.Records, event)
	if err != nil || deliveries == 0 {
		return err
	}
	tx.AddDeliveries(event.ID, deliveries)
	return nil
}
