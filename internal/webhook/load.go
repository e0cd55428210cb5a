package webhook

// Load is what a dispatcher has in hand.
type Load struct {
	Waiting int // deliveries in memory whose turn has not come
	Sending int // requests under way
}

// Load reads what is in hand at this moment.
func (d *Dispatcher) Load() Load {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Load{Waiting: d.roster.queued, Sending: d.roster.total()}
}
