package webhook

import "context"

// Log reads what became of deliveries.
type Log interface {
	// Delivery reads one delivery; a fault of kind NotFound when it is absent.
	Delivery(ctx context.Context, id DeliveryID) (Delivery, error)
	// Attempts lists a delivery's latest attempts, at least 100 if there are as
	// many, oldest first.
	Attempts(ctx context.Context, id DeliveryID) ([]Attempt, error)
	// Notices lists an endpoint's latest notices, oldest first.
	Notices(ctx context.Context, id EndpointID) ([]Notice, error)
}
