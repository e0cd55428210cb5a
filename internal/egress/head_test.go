package egress

import (
	"bufio"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"tillway/internal/fault"
)

// FuzzHead holds the parser against the standard library's: whatever both
// accept, they read alike, and nothing is accepted here that is refused there.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HTTP/1.0 404\n\n", "HTTP/1.1 204 No Content\r\nConnection: Keep-Alive, close\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1  200 OK\r\nx-a:b\r\n c\r\nX-A: d\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 1000 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2 \r\nConnection: close\r\n\r\n", "HTTP/1.1 304 \t x\r\nPragma: no-cache\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nA:b \t \r\n\t\r\n \r\n\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		c := &conn{reader: bufio.NewReaderSize(strings.NewReader(wire), readBuffer)}
		budget := ResponseCap
		text, err := c.readHead(&budget)
		if err != nil {
			return
		}
		ours, err := parseHead(text)
		if err != nil {
			return
		}
		theirs, err := http.ReadResponse(bufio.NewReader(strings.NewReader(wire)), &http.Request{Method: http.MethodPost})
		if err != nil {
			t.Fatalf("%q was accepted; the standard library says %v", wire, err)
		}
		if ours.status != theirs.StatusCode || ours.text != theirs.Status {
			t.Errorf("%q: status %d %q, want %d %q", wire, ours.status, ours.text, theirs.StatusCode, theirs.Status)
		}
		length := theirs.ContentLength
		if length == -1 && len(theirs.TransferEncoding) > 0 {
			length = inChunks
		}
		if ours.length != length {
			t.Errorf("%q: length %d, want %d", wire, ours.length, length)
		}
		if ours.keep && ours.length != untilClose && (theirs.Close || theirs.ProtoMinor == 0) {
			t.Errorf("%q: the connection would be used again", wire)
		}
		// What frames the body the standard library takes out, and it adds a
		// line about caches.
		for _, name := range []string{"Content-Length", "Transfer-Encoding", "Connection", "Cache-Control", "Trailer"} {
			delete(ours.header, name)
			delete(theirs.Header, name)
		}
		for _, header := range []http.Header{ours.header, theirs.Header} {
			for _, values := range header {
				for i, value := range values {
					values[i] = strings.Join(strings.Fields(value), " ") // folded lines differ in spaces
				}
			}
		}
		if len(ours.header)+len(theirs.Header) > 0 && !reflect.DeepEqual(ours.header, theirs.Header) {
			t.Errorf("%q: header %q, want %q", wire, ours.header, theirs.Header)
		}
	})
}

// Every range that is named is refused, and every IPv4 range that is refused is
// named.
func TestTheNamesOfRangesAgreeWithTheRules(t *testing.T) {
	t.Parallel()
	policy := NewPolicy(Config{})
	for _, known := range reservedRanges {
		if why := policy.reserved(known.prefix.Addr()); !strings.Contains(why, known.prefix.String()) {
			t.Errorf("%s is refused as %q", known.prefix, why)
		}
		err := policy.Check("https://" + bracketed(known.prefix.Addr().String()) + "/")
		if found := fault.From(err); found == nil || !strings.Contains(found.Message, known.prefix.Addr().String()) {
			t.Errorf("%s: the fault %v does not name the address", known.prefix, err)
		}
	}
	if why := policy.reserved(literalOf(t, "4000::1")); !strings.Contains(why, "2000::/3") {
		t.Errorf("4000::1 is refused as %q", why)
	}
}
