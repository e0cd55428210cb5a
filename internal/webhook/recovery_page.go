package webhook

import "time"

// Page is what one page of a recovery came to.
type Page struct {
	Last                 Mark // the last row that was looked at
	Found, Done, Skipped int  // of this page; see Recovery
	Over                 bool // there is no other page
}

// Advance notes a page's progress in the transaction that made it. It is
// guarded by the recovery that was read, so that of two runners that work on
// the same page one runs again and finds the other's progress.
func (r Recovery) Advance(tx Tx, page Page, now time.Time) (Recovery, error) {
	next := r
	if page.Last != (Mark{}) {
		next.After = page.Last
	}
	next.Found += page.Found
	next.Done += page.Done
	next.Skipped += page.Skipped
	if page.Over {
		if err := next.end(RecoveryDone, now); err != nil {
			return r, err
		}
	}
	next.UpdatedAt = laterThan(r.UpdatedAt, now)
	return next, tx.UpdateRecovery(next, r)
}

// RecoverPage makes the next failed deliveries of a recovery due at now. Those
// whose endpoint does not receive any more are skipped; samples are left alone.
// A recovery that names no endpoint covers what failed to an address that came
// with a request, too: whoever mends a receiver wants all that it missed, and
// there is no endpoint by which to ask for it. One that names an endpoint is
// about that alone.
func RecoverPage(tx Tx, r Recovery, now time.Time) (Page, error) {
	rows, err := tx.FailedDeliveries(FailedQuery{
		Store: r.Store, Env: r.Env, Since: r.Since, Until: r.Until, After: r.After, Limit: RecoveryPage,
	})
	if err != nil {
		return Page{}, err
	}
	endpoints, err := tx.Endpoints(r.Store, r.Env)
	if err != nil {
		return Page{}, err
	}
	receiving := map[EndpointID]bool{"": true} // a callback, which nobody can disable or remove
	for _, endpoint := range endpoints {
		receiving[endpoint.ID] = endpoint.receives() == nil
	}
	page := Page{Over: len(rows) < RecoveryPage}
	for _, row := range rows {
		page.Last = Mark{At: row.EndedAt, ID: string(row.ID)}
		switch {
		case !r.covers(row.Endpoint, row.EventType), row.Origin == FromTest:
			continue
		case !receiving[row.Endpoint]:
			page.Skipped++
		default:
			page.Done++
			if _, err := tx.RestartDelivery(row, now); err != nil {
				return Page{}, err
			}
		}
		page.Found++
	}
	return page, nil
}

// covers reports whether a delivery is one of those the recovery is about.
func (r Recovery) covers(endpoint EndpointID, event EventType) bool {
	return (r.Endpoint == "" || r.Endpoint == endpoint) && (r.Event == "" || r.Event == event)
}
