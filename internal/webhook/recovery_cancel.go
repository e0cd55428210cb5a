package webhook

import (
	"context"
	"time"
)

// CancelRecoveryIn names a recovery to end.
type CancelRecoveryIn struct {
	ID  RecoveryID
	Now time.Time
}

// CancelRecovery ends a recovery between two pages; what it made due until then
// stays due. Canceling twice changes nothing.
// Errors: NotFound "recovery_not_found"; State "recovery_state" for one that is
// done.
func CancelRecovery(_ context.Context, tx Tx, in CancelRecoveryIn) (Recovery, error) {
	read, err := tx.Recovery(in.ID)
	if err != nil {
		return Recovery{}, err
	}
	next := read
	if err := next.end(RecoveryCanceled, in.Now); err != nil || next == read {
		return read, err
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	return next, tx.UpdateRecovery(next, read)
}
