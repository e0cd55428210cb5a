package store

import (
	"slices"

	"tillway/internal/link"
	"tillway/internal/sqldb"
)

const selectLinks = `SELECT ` + linkColumns + ` FROM links WHERE store_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`

// A link whose time is up counts as cancelled, whether or not the sweeper has
// come to it. The list of states is filled up with states that no link has.
const selectLinksInStates = `SELECT ` + linkColumns + ` FROM links WHERE store_id = $1
	AND CASE WHEN status IN ('Created', 'Pending') AND expires_at <= $4 THEN 'Cancelled' ELSE status END IN ($5, $6, $7, $8, $9, $10, $11, $12)
	ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`

// Links lists a store's links, newest first.
func (r linkRecords) Links(query link.Query) ([]link.Link, error) {
	if len(query.Statuses) == 0 {
		return list(r.Tx, scanLink, selectLinks, query.Store, query.Take, query.Skip)
	}
	args := []any{query.Store, query.Take, query.Skip, sqldb.Micros(query.Now)}
	for _, status := range link.Statuses() {
		if !slices.Contains(query.Statuses, status) {
			status = ""
		}
		args = append(args, status)
	}
	return list(r.Tx, scanLink, selectLinksInStates, args...)
}
