package egress

import "testing"

// A long request may still be on its way when its answer is there. Its buffer
// must not be given to another meanwhile.
func TestTheBufferOfALongRequestIsNotKept(t *testing.T) {
	t.Parallel()
	if wireKept >= longRequest {
		t.Errorf("buffers of up to %d bytes are kept, while requests from %d bytes on are written in the background", wireKept, longRequest)
	}
}
