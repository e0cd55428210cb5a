package egress

import (
	"bufio"
	"errors"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// MalformedAnswer says that an answer is not HTTP/1.1 within the limits, and in
// what.
type MalformedAnswer struct{ what string }

func malformed(what string) error { return &MalformedAnswer{what} }

// Error is the line for the log.
func (m *MalformedAnswer) Error() string { return "egress: the answer is malformed: " + m.what }

// Malformed completes the sentence "The answer is not valid: …".
func (m *MalformedAnswer) Malformed() string { return m.what }

// Lengths of a body that the head does not tell.
const (
	untilClose = -1
	inChunks   = -2
)

// head is the part of an answer before its body.
type head struct {
	status int
	text   string // "200 OK"
	minor  int    // of HTTP/1.x
	header http.Header
	length int64 // of the body in bytes; or untilClose, inChunks
	keep   bool  // the connection may be used again
}

// readHead reads lines up to the empty one, spending a budget of bytes that
// interim answers share with the final one.
func (c *conn) readHead(budget *int) (string, error) {
	c.head = c.head[:0]
	start := 0
	for lines := 0; ; {
		part, err := c.reader.ReadSlice('\n')
		if *budget -= len(part); *budget < 0 {
			return "", malformed("its headers are longer than 32 KiB")
		}
		c.head = append(c.head, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return "", err
		}
		if lines == 0 {
			if err := checkBeginning(c.head); err != nil {
				return "", err
			}
		}
		if line := c.head[start:]; len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			text := string(c.head[:start])
			if cap(c.head) > readBuffer {
				c.head = nil
			}
			return text, nil
		}
		if lines++; lines > headerLines+1 {
			return "", malformed("it has more than 256 header lines")
		}
		start = len(c.head)
	}
}

// checkBeginning tells early, and in words, that the receiver speaks something
// else: what follows need not have lines at all.
func checkBeginning(line []byte) error {
	text := string(line[:min(len(line), 32)])
	switch {
	case strings.HasPrefix(text, "HTTP/1."):
		return nil
	case strings.HasPrefix(text, "HTTP/2"), strings.HasPrefix(text, "PRI * HTTP/2"):
		return malformed("it is HTTP/2, which was not asked for")
	default:
		return malformed("it does not begin as an answer does")
	}
}

// parseHead reads the status line and the header lines. It is no stricter than
// the standard library, and says the same of every head that both accept.
func parseHead(text string) (head, error) {
	line, rest := cutLine(text)
	proto, status, found := strings.Cut(line, " ")
	h := head{text: strings.TrimLeft(status, " "), length: untilClose}
	switch proto {
	case "HTTP/1.1":
		h.minor = 1
	case "HTTP/1.0":
	default:
		found = false
	}
	code, _, _ := strings.Cut(h.text, " ")
	number, err := strconv.ParseUint(code, 10, 16)
	if !found || len(code) != 3 || err != nil || number < 100 {
		return head{}, malformed("its status line is malformed")
	}
	h.status = int(number)
	if h.header, err = parseHeader(rest); err != nil {
		return head{}, err
	}
	return h, h.frame()
}

// cutLine takes the first line off, without its end.
func cutLine(text string) (line, rest string) {
	line, rest, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

func parseHeader(text string) (http.Header, error) {
	count := strings.Count(text, "\n")
	header := make(http.Header, count)
	values := make([]string, count)
	for text != "" {
		var line string
		line, text = cutLine(text)
		if line == "" || line[0] == ' ' || line[0] == '\t' {
			return nil, malformed("a header line is malformed")
		}
		for text != "" && (text[0] == ' ' || text[0] == '\t') { // folded, as of old
			var more string
			more, text = cutLine(text)
			line = strings.TrimRight(line, " \t") + " " + strings.Trim(more, " \t")
		}
		name, value, found := strings.Cut(line, ":")
		if !found || !isToken(name) || !isLine(value) {
			return nil, malformed("a header line is malformed")
		}
		name, value = textproto.CanonicalMIMEHeaderKey(name), strings.Trim(value, " \t")
		if before := header[name]; before != nil {
			header[name] = append(before, value)
			continue
		}
		values[0] = value
		header[name], values = values[:1:1], values[1:]
	}
	return header, nil
}

// frame finds out where the body ends (RFC 9112 §6.3) and whether the
// connection may be used again.
func (h *head) frame() error {
	connection := h.header["Connection"]
	h.keep = h.minor == 1 && !hasToken(connection, "close")
	coding := h.header["Transfer-Encoding"]
	if h.minor == 0 {
		coding = nil
	}
	if len(coding) > 1 || len(coding) == 1 && !strings.EqualFold(coding[0], "chunked") {
		return malformed("its transfer encoding is unknown")
	}
	length, told, err := lengthOf(h.header["Content-Length"])
	switch {
	case err != nil:
		return err
	case h.status < 200, h.status == http.StatusNotModified:
		h.length = 0
	case h.status == http.StatusNoContent:
		// Whoever announces a body here may well send one.
		h.length = 0
		h.keep = h.keep && length == 0 && len(coding) == 0
	case len(coding) == 1:
		h.length = inChunks
		h.keep = h.keep && !told
	case told:
		h.length = length
	}
	return nil
}

func lengthOf(lines []string) (length int64, told bool, err error) {
	if len(lines) == 0 {
		return 0, false, nil
	}
	for _, other := range lines {
		if other != lines[0] {
			return 0, false, malformed("it has several lengths")
		}
	}
	number, err := strconv.ParseUint(lines[0], 10, 63)
	if err != nil {
		return 0, false, malformed("its length is malformed")
	}
	return int64(number), true, nil
}

func hasToken(values []string, token string) bool {
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.Trim(part, " \t"), token) {
				return true
			}
		}
	}
	return false
}
