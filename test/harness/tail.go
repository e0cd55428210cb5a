package harness

import "sync"

// tailKept is how much of a log is worth reading after a failure, in bytes.
const tailKept = 64 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write never fails.
func (l *tail) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, text...)
	if len(l.kept) > 2*tailKept {
		l.kept = append([]byte(nil), l.kept[len(l.kept)-tailKept:]...)
	}
	return len(text), nil
}

// String is the end of the log.
func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept[max(0, len(l.kept)-tailKept):])
}
