package webhook

import "time"

// SampleIn is what a sample of an event is made of. Equal inputs give equal
// bytes; another delivery gives a sample of another order, so that a receiver
// which dedupes on what happened does not drop the second test.
type SampleIn struct {
	Delivery  DeliveryID
	Store     StoreID
	StoreName string
	Env       Env
	At        time.Time
}
