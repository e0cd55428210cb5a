package webhooktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

// Post is one message as the people in a chat see it.
type Post struct {
	// Text is all that is shown, from top to bottom, with the destination's
	// markup resolved and one line for each of its parts.
	Text  string
	Links []string // where it leads
	// Stray lists what the destination took for markup or for a mention beyond
	// what a card has: a sign that a foreign text was not escaped.
	Stray []string
	Body  []byte // as it came
	Chat  string // whom it is for, where the address alone does not say it
}

// Chat stands in for one chat destination. It accepts what the destination
// documents, refuses the rest in the destination's words, and keeps what was
// posted. It knows nothing of how the bodies are drawn.
type Chat struct {
	URL string // what a merchant pastes

	rules  chatRules
	server *httptest.Server

	mu       sync.Mutex
	refusing bool
	posts    []Post
	changed  chan struct{} // closed and replaced at every post
}

// chatRules are what makes one destination different from another.
type chatRules struct {
	path string // of the URL
	// read judges a request and returns the message in it.
	read func(request *http.Request, body []byte) (Post, *chatRefusal)
	// accepted is the answer to a message that was taken.
	accepted func(Post) chatAnswer
	// refused is a no that comes with status 200.
	refused chatAnswer
}

type chatAnswer struct {
	status int
	kind   string // content type
	body   string
}

// chatRefusal is why a request is no message, and how the destination says it.
type chatRefusal struct {
	answer chatAnswer
	reason string
}

func newChat(t testing.TB, rules chatRules) *Chat {
	t.Helper()
	c := &Chat{rules: rules, changed: make(chan struct{})}
	c.server = httptest.NewServer(c)
	c.URL = c.server.URL + rules.path
	t.Cleanup(func() {
		c.server.CloseClientConnections()
		c.server.Close()
	})
	return c
}

// Refuse makes the destination say no with status 200 from now on, or yes again.
func (c *Chat) Refuse(refuse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refusing = refuse
}

// Posts lists what was posted so far.
func (c *Chat) Posts() []Post {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Post(nil), c.posts...)
}

// Wait blocks until n messages were posted, refused ones with status 200 among
// them.
func (c *Chat) Wait(t testing.TB, n int) []Post {
	t.Helper()
	lost := time.After(patience)
	for {
		c.mu.Lock()
		posts, changed := append([]Post(nil), c.posts...), c.changed
		c.mu.Unlock()
		if len(posts) >= n {
			return posts
		}
		select {
		case <-changed:
		case <-lost:
			t.Fatalf("%d messages were posted, want %d", len(posts), n)
		}
	}
}

// Judge reads a body as if it had been posted, without a network and without
// keeping it. The error says which rule it breaks.
func (c *Chat) Judge(body []byte) (Post, error) {
	request := httptest.NewRequest(http.MethodPost, c.rules.path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	post, refusal := c.rules.judge(request, body)
	if refusal != nil {
		return Post{}, fmt.Errorf("%d %s: %s", refusal.answer.status, refusal.answer.body, refusal.reason)
	}
	return post, nil
}

// ServeHTTP is the destination.
func (c *Chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	post, refusal := c.rules.judge(r, body)
	if refusal != nil {
		refusal.answer.write(w)
		return
	}
	c.mu.Lock()
	c.posts = append(c.posts, post)
	refusing := c.refusing
	close(c.changed)
	c.changed = make(chan struct{})
	c.mu.Unlock()
	if refusing {
		c.rules.refused.write(w)
		return
	}
	c.rules.accepted(post).write(w)
}

func (a chatAnswer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.kind)
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// judge applies what all destinations ask for, and then the rules of this one.
func (r chatRules) judge(request *http.Request, body []byte) (Post, *chatRefusal) {
	if request.URL.Path != r.path {
		return Post{}, &chatRefusal{chatAnswer{http.StatusNotFound, "text/plain", "no such address"}, "the path is " + request.URL.Path}
	}
	if request.Method != http.MethodPost {
		return Post{}, &chatRefusal{chatAnswer{http.StatusMethodNotAllowed, "text/plain", "POST only"}, "the method is " + request.Method}
	}
	if kind, _, err := mime.ParseMediaType(request.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return Post{}, &chatRefusal{chatAnswer{http.StatusUnsupportedMediaType, "text/plain", "JSON only"}, "the content type is " + kind}
	}
	post, refusal := r.read(request, body)
	post.Body = body
	return post, refusal
}

// units counts UTF-16 code units.
func units(text string) (n int) {
	for _, char := range text {
		n += utf16.RuneLen(char)
	}
	return n
}

// mustJSON writes an answer of a destination.
func mustJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
