package egress

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// wireBuffer holds one request as it goes over the wire, so that it leaves in
// one piece.
type wireBuffer struct{ bytes []byte }

// wires are buffers between requests.
var wires = sync.Pool{New: func() any { return &wireBuffer{bytes: make([]byte, 0, 4<<10)} }}

// wireKept is the largest buffer kept for the next request, in bytes. It holds
// no long request: one may still be on its way when Do has returned.
const wireKept = longRequest - 1

func (w *wireBuffer) free() {
	if cap(w.bytes) <= wireKept {
		w.bytes = w.bytes[:0]
		wires.Put(w)
	}
}

// framing are header lines that the transport itself writes, or that would
// change what the receiver takes for the request.
func framing(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "Connection", "Te", "Upgrade", "Expect", "Keep-Alive", "Proxy-Connection":
		return true
	}
	return false
}

// errRequest refuses a request of which nothing may be sent.
var errRequest = refuse("header_malformed", "A header line of the request cannot be sent.")

// encode writes the request: its head, with the lines in the order of their
// names, and its body.
func (w *wireBuffer) encode(request *http.Request) error {
	body := request.Body
	length := request.ContentLength
	if body == nil || body == http.NoBody {
		length = 0
	}
	var whole []byte
	if length < 0 {
		var err error
		if whole, err = io.ReadAll(body); err != nil {
			return err
		}
		length = int64(len(whole))
	}
	host := request.Host
	if host == "" {
		host = request.URL.Host
	}
	target := request.URL.RequestURI()
	if !isToken(request.Method) || !isVisible(target) || !isVisible(host) {
		return errRequest
	}
	out := append(w.bytes[:0], request.Method...)
	out = append(append(append(out, ' '), target...), " HTTP/1.1\r\nHost: "...)
	out = append(append(out, host...), "\r\n"...)
	out, err := appendHeader(out, request.Header)
	if err != nil {
		return err
	}
	if length > 0 || request.Method != http.MethodGet {
		out = append(out, "Content-Length: "...)
		out = append(strconv.AppendInt(out, length, 10), "\r\n"...)
	}
	out = append(out, "\r\n"...)
	if whole != nil {
		w.bytes = append(out, whole...)
		return nil
	}
	start := len(out)
	out = slices.Grow(out, int(length))[:start+int(length)]
	w.bytes = out
	if length == 0 {
		return nil
	}
	_, err = io.ReadFull(body, out[start:])
	return err
}

func appendHeader(out []byte, header http.Header) ([]byte, error) {
	var few [16]string
	names := few[:0]
	for name := range header {
		if !framing(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			if !isToken(name) || !isLine(value) {
				return nil, errRequest
			}
			out = append(append(out, name...), ": "...)
			out = append(append(out, value...), "\r\n"...)
		}
	}
	return out, nil
}

// isToken accepts what may name a header line or a method (RFC 9110 §5.6.2).
func isToken(text string) bool {
	for _, char := range []byte(text) {
		if !tokenBytes[char] {
			return false
		}
	}
	return text != ""
}

// tokenBytes are the characters of a token.
var tokenBytes = func() (table [256]bool) {
	for _, char := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		table[char] = true
	}
	return table
}()

// isLine accepts a header's value: no control characters but the tab.
func isLine(text string) bool {
	for _, char := range []byte(text) {
		if char < ' ' && char != '\t' || char == 0x7f {
			return false
		}
	}
	return true
}

// isVisible accepts text without spaces and control characters.
func isVisible(text string) bool {
	for _, char := range []byte(text) {
		if char <= ' ' || char == 0x7f {
			return false
		}
	}
	return text != ""
}
