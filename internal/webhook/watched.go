package webhook

// Commit is what Watched needs of the transaction that it stands on.
type Commit interface {
	// OnCommit runs fn after the commit is durable.
	OnCommit(fn func())
}

// Watched is a Tx that tells of every endpoint that is changed or removed
// through it, after the commit: Dispatcher.Changed is who wants to know. That it
// is told here, and not by each command, keeps any dialect from forgetting it.
func Watched(tx Tx, on Commit, changed func(EndpointID, Version)) Tx {
	return watched{Tx: tx, on: on, changed: changed}
}

type watched struct {
	Tx
	on      Commit
	changed func(EndpointID, Version)
}

// UpdateEndpoint is Tx's.
func (w watched) UpdateEndpoint(endpoint, read Endpoint) error {
	err := w.Tx.UpdateEndpoint(endpoint, read)
	w.tell(err, endpoint.ID, endpoint.Version())
	return err
}

// DeleteEndpoint is Tx's.
func (w watched) DeleteEndpoint(id EndpointID) error {
	err := w.Tx.DeleteEndpoint(id)
	w.tell(err, id, removed)
	return err
}

func (w watched) tell(err error, id EndpointID, version Version) {
	if err == nil {
		w.on.OnCommit(func() { w.changed(id, version) })
	}
}
