package webhook

// Commit is what Watched needs of the transaction that it stands on.
type Commit interface {
	// OnCommit runs fn after the commit is durable.
	OnCommit(fn func())
}

// Watcher sends deliveries; *Dispatcher is one.
type Watcher interface {
	// Changed is told of an endpoint that was changed or removed, after the commit.
	Changed(id EndpointID, version Version)
	// Holding lists what it has in hand of an endpoint without a lease.
	Holding(id EndpointID) []DeliveryID
}

// Watched is a Tx that tells the watcher of every endpoint that is changed or
// removed through it, and leaves alone what the watcher is sending. That this is
// seen to here, and not by each command, keeps any dialect from forgetting it.
func Watched(tx Tx, on Commit, watcher Watcher) Tx {
	return watched{Tx: tx, on: on, watcher: watcher}
}

type watched struct {
	Tx
	on      Commit
	watcher Watcher
}

// HaltWaiting is Tx's.
func (w watched) HaltWaiting(halt Halt) (int, error) {
	halt.Held = append(halt.Held, w.watcher.Holding(halt.Endpoint)...)
	return w.Tx.HaltWaiting(halt)
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
		w.on.OnCommit(func() { w.watcher.Changed(id, version) })
	}
}
