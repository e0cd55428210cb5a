package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"tillway/internal/web/ui"
)

// sheet is one answer, the same for everybody.
type sheet struct {
	contentType string
	tag         string // ETag
	body        []byte
}

func newSheet(contentType string, body []byte) sheet {
	sum := sha256.Sum256(body)
	return sheet{contentType: contentType, tag: `"` + hex.EncodeToString(sum[:12]) + `"`, body: body}
}

// serve answers the sheet, or 304 to who has it. It may be kept and must be
// asked for again each time, because a new release has new pages at the same
// address.
func (s sheet) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	ui.Secure(header)
	header.Set("Content-Type", s.contentType)
	header.Set("Cache-Control", "public, no-cache")
	header.Set("ETag", s.tag)
	if strings.HasPrefix(s.contentType, "text/html") {
		header.Set("Content-Language", "en")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.body))
}
