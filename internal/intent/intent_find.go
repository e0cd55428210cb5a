package intent

import (
	"strings"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// Look finds a transaction by any of its names, in this order: the UUID of the
// intent, the UUID of the transaction, its reference, the merchant's own name
// (spec/waypay.md §4.6). What belongs to another store or environment does not
// exist. Errors: ErrNotFound.
func (s *Intents) Look(r pay.Records, actor pay.Actor, name string) (Intent, error) {
	rows := s.rows(r)
	found, err := byID(rows, actor, name)
	if fault.Is(err, fault.NotFound) {
		found, err = byTxnRef(rows, actor, name)
	}
	if fault.Is(err, fault.NotFound) && isName(name) {
		return rows.IntentByReference(actor.Store, actor.Env, name)
	}
	return found, err
}

// LookByID is Look by UUIDs alone. Errors: ErrNotFound.
func (s *Intents) LookByID(r pay.Records, actor pay.Actor, name string) (Intent, error) {
	return byID(s.rows(r), actor, name)
}

func byID(rows Records, actor pay.Actor, name string) (Intent, error) {
	parsed, err := id.ParseUUID(name)
	if err != nil {
		return Intent{}, ErrNotFound
	}
	found, err := own(actor)(rows.Intent(ID(parsed.String())))
	if fault.Is(err, fault.NotFound) {
		return own(actor)(rows.IntentByTransaction(TransactionID(parsed.String())))
	}
	return found, err
}

func byTxnRef(rows Records, actor pay.Actor, name string) (Intent, error) {
	if !isName(name) {
		return Intent{}, ErrNotFound
	}
	return own(actor)(rows.IntentByTxnRef(name))
}

// isName reports whether a row can have such a name. What came out of an address
// or a body may be no text at all, which not every database takes.
func isName(name string) bool { return utf8.ValidString(name) && !strings.ContainsRune(name, 0) }

// own lets the actor's own intents pass.
func own(actor pay.Actor) func(Intent, error) (Intent, error) {
	return func(found Intent, err error) (Intent, error) {
		if err == nil && (found.Store != actor.Store || found.Env != actor.Env) {
			return Intent{}, ErrNotFound
		}
		return found, err
	}
}
