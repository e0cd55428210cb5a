package webhook

import (
	"io"
	"strings"
	"testing"
)

func TestAnAnswerIsReadAsFarAsItIsWorth(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]struct {
		kept  int
		flood bool
	}{
		0:                {0, false},
		ResponseKept - 1: {ResponseKept - 1, false},
		ResponseKept + 1: {ResponseKept, false},
		responseRead - 1: {ResponseKept, false},
		responseRead + 1: {ResponseKept, true},
		100 << 20:        {ResponseKept, true},
	} {
		kept, flood := read(io.NopCloser(io.LimitReader(endless{}, int64(size))))
		if len(kept) != want.kept || strings.Trim(string(kept), "x") != "" || flood != want.flood {
			t.Errorf("of %d bytes %d are kept, flood %t; want %d and %t", size, len(kept), flood, want.kept, want.flood)
		}
	}
}

// endless is text without an end.
type endless struct{}

// Read fills the buffer.
func (endless) Read(into []byte) (int, error) { return copy(into, strings.Repeat("x", len(into))), nil }
