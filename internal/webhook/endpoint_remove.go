package webhook

import "context"

// RemoveEndpoint deletes an endpoint and returns what it was. A missing one is
// a fault of kind NotFound. Its deliveries stay in the log; those still waiting
// are ended by the next claim, so that removal costs one row however long the
// backlog is.
func RemoveEndpoint(_ context.Context, tx Tx, id EndpointID) (Endpoint, error) {
	endpoint, err := tx.Endpoint(id)
	if err != nil {
		return Endpoint{}, err
	}
	return endpoint, tx.DeleteEndpoint(id)
}
