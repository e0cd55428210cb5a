package manual

import (
	"errors"
	"time"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
)

// Decision is a person's word on an entry.
type Decision struct {
	Reference string
	Verdict   State  // Confirmed or Refused
	By        string // who
	Note      string // why
	At        time.Time
}

// Desk is where a person decides, inside a transaction of the caller's: what
// follows from the word commits with it.
type Desk struct{ tx sqldb.Tx }

// NewDesk opens the desk in a transaction.
func NewDesk(tx sqldb.Tx) Desk { return Desk{tx: tx} }

// Errors of the desk.
var (
	ErrUnknownEntry = fault.New(fault.NotFound, "manual_entry_not_found", "No payment of this name waits for a person, or ever did").
			WithHint("Payments by card and wallet are decided by their provider; see: tillway payment list")
	errDecided = fault.New(fault.State, "already_decided", "This was decided before")
)

// Find reads the entry of a reference. Errors: ErrUnknownEntry.
func (d Desk) Find(reference string) (Entry, error) { return known(find(d.tx, reference)) }

// FindCode reads the entry of a code as the buyer wrote it, which may be in
// small letters and without its dash. Errors: ErrUnknownEntry.
func (d Desk) FindCode(written string) (Entry, error) {
	return known(scanEntry(d.tx.QueryRow(selectByCode, cleanCode(written))))
}

func known(entry Entry, err error) (Entry, error) {
	if errors.Is(err, errUnknown) {
		return Entry{}, ErrUnknownEntry
	}
	return entry, err
}

// Decide writes the word down. The same word again changes nothing, and fresh
// is false. Errors: ErrUnknownEntry; State "already_decided" for another word.
func (d Desk) Decide(in Decision) (entry Entry, fresh bool, err error) {
	if entry, err = d.Find(in.Reference); err != nil {
		return Entry{}, false, err
	}
	switch entry.State {
	case Awaiting:
	case in.Verdict:
		return entry, false, nil
	default:
		return Entry{}, false, errDecided.WithHint("It was " + string(entry.State) + " at " + entry.DecidedAt.Format(time.DateTime) +
			" UTC, and a word that was given is not taken back")
	}
	entry.State, entry.DecidedBy, entry.Note, entry.DecidedAt = in.Verdict, in.By, in.Note, in.At
	d.tx.ExecOne(decideEntry, entry.Reference, entry.State, entry.DecidedBy, entry.Note, sqldb.Micros(entry.DecidedAt), Awaiting)
	if entry.Kind == RefundKind && in.Verdict == Refused {
		d.tx.ExecOne(releaseReturn, entry.Amount.Minor(), entry.ChargeReference)
	}
	return entry, true, nil
}

const selectAwaiting = `SELECT ` + entryColumns + ` FROM manual_entries WHERE state = $1 ORDER BY created_at, reference LIMIT $2`

// Waiting lists what waits for a person, oldest first.
func Waiting(q sqldb.Querier, limit int) (list []Entry, err error) {
	rows, err := q.Query(selectAwaiting, Awaiting, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		entry, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, entry)
	}
	return list, rows.Err()
}

// Waiting lists what waits for a person, oldest first.
func (d Desk) Waiting(limit int) ([]Entry, error) { return Waiting(d.tx, limit) }
