package sqldb

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// While the second database waits to be cut, nothing is committed to the first:
// between the two cuts nobody can intend in one and act in the other.
func TestTheFirstWriterWaitsUntilAllAreCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, _ := openWith(t, 1<<40, 1<<40)
		second, _ := openWith(t, 1<<40, 1<<40)
		dir := t.TempDir()
		release, held := make(chan struct{}), make(chan struct{})
		copied := make(chan error, 1)
		go func() {
			copied <- CopyTogether(t.Context(), []Copied{
				{DB: first, Path: filepath.Join(dir, "first.db")}, {DB: second, Path: filepath.Join(dir, "second.db")},
			}, func(int64, int64) { // small databases: called once, before the cut
				go func() {
					_ = second.Write(t.Context(), func(Tx) error {
						close(held)
						<-release
						return nil
					})
				}()
				<-held
			})
		}()
		<-held
		synctest.Wait() // the first is cut, the second's turn has not come
		var written atomic.Bool
		go func() {
			fill(t, first, "INSERT INTO page VALUES (1, 'late')")
			written.Store(true)
		}()
		synctest.Wait()
		if written.Load() {
			t.Error("the first database is written to before the second is cut")
		}
		close(release)
		if err := <-copied; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !written.Load() {
			t.Error("the first database is not written to after the copy")
		}
	})
}
