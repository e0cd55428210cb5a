package webhook

// Version tells the states of one endpoint's row apart: it grows whenever a
// person changes the endpoint, and whenever it is disabled. It is the time of
// that change in microseconds, which guards the write as well.
type Version int64

// removed is later than every version that an endpoint can have.
const removed Version = 1<<63 - 1

// Version is the version of the row that was read.
func (e Endpoint) Version() Version {
	if e.UpdatedAt.IsZero() {
		return 0
	}
	return Version(e.UpdatedAt.UnixMicro())
}
