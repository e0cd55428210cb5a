package app

// DrainUntil ends the drain delay when done is closed, so that a test need not
// measure it. It is called before Stop.
func (a *App) DrainUntil(done <-chan struct{}) { a.drained = done }
