package sqldbtest

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"sync"
	"testing"
)

// onceByKey makes a value once for each key, however many tests ask.
type onceByKey[T any] struct {
	mu   sync.Mutex
	made map[string]func() (T, error)
}

func (o *onceByKey[T]) get(key string, build func(key string) (T, error)) (T, error) {
	o.mu.Lock()
	if o.made == nil {
		o.made = make(map[string]func() (T, error))
	}
	once, ok := o.made[key]
	if !ok {
		once = sync.OnceValues(func() (T, error) { return build(key) })
		o.made[key] = once
	}
	o.mu.Unlock()
	return once()
}

// keyOf names a set of migrations by its content.
func keyOf(t testing.TB, migrations fs.FS) string {
	t.Helper()
	hash := sha256.New()
	err := fs.WalkDir(migrations, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(migrations, path)
		if err != nil {
			return err
		}
		_, err = io.WriteString(hash, path+"\x00"+string(content)+"\x00")
		return err
	})
	if err != nil {
		t.Fatalf("sqldbtest: read migrations: %v", err)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
