package webhook

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// UpdateEndpointIn changes the members that are set; channel and environment
// never change.
type UpdateEndpointIn struct {
	ID     EndpointID
	Target *Target
	Events *[]EventType
	Secret *id.Secret // an empty secret removes it
	State  *EndpointState
	Now    time.Time
}

// Validate checks everything that needs no database.
func (in UpdateEndpointIn) Validate() error {
	if in.Target != nil && in.Target.url == "" {
		return fault.Invalidf("url", "url_required", "A webhook needs a URL.")
	}
	if in.Events == nil {
		return nil
	}
	return validateEvents(*in.Events)
}

// UpdateEndpoint changes an endpoint. A missing one is a fault of kind
// NotFound. Deliveries that wait for a retry go to the new URL.
func UpdateEndpoint(_ context.Context, tx Tx, in UpdateEndpointIn) (Endpoint, error) {
	if err := in.Validate(); err != nil {
		return Endpoint{}, err
	}
	read, err := tx.Endpoint(in.ID)
	if err != nil {
		return Endpoint{}, err
	}
	next := read
	if in.Target != nil {
		next.URL = in.Target.url
	}
	if in.Events != nil {
		next.Events = mergeEvents(*in.Events)
	}
	if in.Secret != nil {
		next.Secret = *in.Secret
	}
	if in.State != nil {
		if err := read.State.To(*in.State); err != nil {
			return Endpoint{}, err
		}
		next.State = *in.State
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	return next, tx.UpdateEndpoint(next, read)
}

// laterThan keeps update times strictly growing, since they guard the write;
// the database holds microseconds.
func laterThan(previous, now time.Time) time.Time {
	if now.UnixMicro() > previous.UnixMicro() {
		return now
	}
	return previous.Add(time.Microsecond)
}
