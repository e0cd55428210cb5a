package docs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// mirror is a server that keeps the last body and answers as if all were well.
type mirror struct {
	*httptest.Server
	mu   sync.Mutex
	body []byte
}

func newMirror(t *testing.T) *mirror {
	t.Helper()
	m := &mirror{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.body = body
		_, _ = w.Write([]byte(`{"data":{}}`)) // a client that left shows in its own exit
	}))
	t.Cleanup(m.Close)
	return m
}

// compact is the body without its spaces, in one spelling.
func (m *mirror) compact(t *testing.T) string {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	var b bytes.Buffer
	if err := json.Compact(&b, m.body); err != nil {
		t.Fatalf("%v: %s", err, m.body)
	}
	return strings.ReplaceAll(b.String(), `\/`, `/`) // as PHP likes to write it
}

func mustPrivateKey(t *testing.T) string {
	t.Helper()
	key, err := keyPair()
	if err != nil {
		t.Fatal(err)
	}
	return key.Private.Reveal()
}
