// Package simulator is a payment provider that lives inside Tillway: the
// connector of the test environment. It gives every outcome of the port on
// demand, by magic card numbers, wallet phones and tokens (spec/connectors.md
// §5.6), and keeps its own durable book in its own database, so that verify
// and the crash tests compare our ledger with a provider that remembers.
//
// A booking is durable before Begin answers, is written by one guarded
// statement keyed by the attempt's reference, and never happens twice. What
// happens "later" is computed from the instants in the book and the clock;
// the package starts no goroutine and sends nothing.
//
// The package may not know orders, stores, attempts or the ledger: it is on
// the other side of the wire.
package simulator

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator/migrations"
	"tillway/internal/sqldb"
)

// Name is the connector's name; it is part of the ledger account
// "provider/simulator".
const Name = "simulator"

// Migrations lays out the book; it is handed to sqldb.Migrate as it is.
var Migrations = migrations.FS

// Config is what a Simulator needs.
type Config struct {
	// DB holds the book. It is the simulator's own: sharing it with the store
	// would hide exactly the faults that the book is there to show.
	DB sqldb.DB
	// Now is the provider's clock; nil is time.Now.
	Now func() time.Time
	// Timing is how long the provider takes; the zero value is DefaultTiming.
	Timing Timing
	// CallbackKey authenticates callbacks (HMAC-SHA256). Without one no
	// callback is ever authenticated.
	CallbackKey []byte
}

// Simulator is the connector. It is safe for concurrent use.
type Simulator struct {
	book         book
	now          func() time.Time
	timing       Timing
	callbackKey  []byte
	capabilities connector.Capabilities
}

var _ connector.Connector = (*Simulator)(nil)

// New returns a simulator whose book is already migrated.
func New(config Config) *Simulator {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Timing == (Timing{}) {
		config.Timing = DefaultTiming()
	}
	return &Simulator{
		book:         book{db: config.DB},
		now:          config.Now,
		timing:       config.Timing,
		callbackKey:  config.CallbackKey,
		capabilities: capabilities(config.Timing),
	}
}

// Describe implements connector.Connector.
func (s *Simulator) Describe() connector.Capabilities { return s.capabilities }

func capabilities(timing Timing) connector.Capabilities {
	return connector.Capabilities{
		Name:         Name,
		Environments: []connector.Environment{connector.Test},
		Methods: []connector.Method{
			connector.Card, connector.ApplePay, connector.GooglePay,
			connector.WeChat, connector.Wallet, connector.Voucher,
			connector.JazzCash, connector.Easypaisa,
			connector.QiCard, connector.ZainCash, connector.FIB,
		},
		PartialRefund:      true,
		AsyncRefund:        true,
		InquiryByReference: true,
		KeepsBook:          true,
		MaxBlock:           timing.maxBlock(),
		LateCapture:        timing.lateCapture(),
	}
}
