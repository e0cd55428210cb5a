package report

import (
	"context"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

// MostListed is how many rows a page of the webhook log holds at most, and
// ListedUnlessAsked how many when nobody says.
const (
	MostListed        = 100
	ListedUnlessAsked = 50
)

// WebhookLog is the port to the log of deliveries; package store implements it.
//
// Every page is one snapshot and looks at a bounded number of rows, so that
// nobody can keep the database busy by asking for what hardly ever occurs: a
// page that ends before it is full says so and where to go on (PageEnd).
type WebhookLog interface {
	// Deliveries lists deliveries from new to old.
	Deliveries(ctx context.Context, scope Scope, query DeliveryQuery) (DeliveryPage, error)
	// Exchange reads one delivery with its body and attempts.
	// Errors: NotFound "delivery_not_found", also for one of another scope.
	Exchange(ctx context.Context, scope Scope, id webhook.DeliveryID) (Exchange, error)
	// ScopeOf finds where a delivery belongs, for an operator, who may see all.
	// Errors: NotFound "delivery_not_found".
	ScopeOf(ctx context.Context, id webhook.DeliveryID) (Scope, error)
	// Endpoints lists the endpoints of a scope with how they do, oldest first.
	Endpoints(ctx context.Context, scope Scope) ([]EndpointHealth, error)
	// Unmatched lists events that were born without a delivery, from new to old.
	Unmatched(ctx context.Context, scope Scope, query EventQuery) (EventPage, error)
}

// PageEnd says how a page ended.
type PageEnd struct {
	// Next is where the following page begins; the zero Cursor after the last.
	Next Cursor
	// Incomplete says that the page ended because it had looked at as many rows
	// as it may, and not because it was full: there may be more behind Next.
	Incomplete bool
}

// pageLimit is how many rows a page may hold. Errors: Invalid "limit".
func pageLimit(asked int) (int, error) {
	if asked == 0 {
		return ListedUnlessAsked, nil
	}
	if asked < 1 || asked > MostListed {
		return 0, fault.Invalidf("limit", "bad_limit", "limit must be between 1 and %d", MostListed)
	}
	return asked, nil
}
