package link

import (
	"strings"
	"time"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Config is what Links work on.
type Config struct {
	// Rows are the links' rows in the transaction below pay's records.
	Rows func(pay.Records) Records
	// Callbacks is the webhook side of the same transaction.
	Callbacks func(pay.Records) webhook.Tx
}

// Links are the commands on links, and the follower that keeps them in step. It
// is safe for concurrent use.
type Links struct {
	rows      func(pay.Records) Records
	callbacks func(pay.Records) webhook.Tx
}

// New makes Links.
func New(config Config) *Links { return &Links{rows: config.Rows, callbacks: config.Callbacks} }

// Rows are the links' rows in the transaction below pay's records.
func (l *Links) Rows(r pay.Records) Records { return l.rows(r) }

// List lists a store's links, newest first, as they are at query.Now.
func (l *Links) List(r pay.Records, query Query) ([]Link, error) {
	list, err := l.rows(r).Links(query)
	for i := range list {
		list[i] = list[i].At(query.Now)
	}
	return list, err
}

// Look is a store's link of that reference, as it is now. Errors: ErrNotFound.
func (l *Links) Look(r pay.Records, store pay.StoreID, reference string, now time.Time) (Link, error) {
	found, err := byReference(l.rows(r), store, reference)
	return found.At(now), err
}

// byReference finds a store's link. What came out of an address may be no text
// at all, which no row has and not every database takes. Errors: ErrNotFound.
func byReference(rows Records, store pay.StoreID, reference string) (Link, error) {
	if !utf8.ValidString(reference) || strings.ContainsRune(reference, 0) {
		return Link{}, ErrNotFound
	}
	return rows.LinkByReference(store, reference)
}

// LookAll is Look for several references, in their order, each once. What names
// nothing is left out.
func (l *Links) LookAll(r pay.Records, store pay.StoreID, references []string, now time.Time) ([]Link, error) {
	list, seen := make([]Link, 0, len(references)), map[string]bool{}
	for _, reference := range references {
		if seen[reference] {
			continue
		}
		seen[reference] = true
		found, err := l.Look(r, store, reference, now)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}
