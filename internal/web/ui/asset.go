package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
)

//go:embed asset
var assetFiles embed.FS

// assetPath is where assets are served; a file's name carries the hash of its
// content, so it may be kept for ever.
const assetPath = "/assets/"

// contentTypes is a closed set, because the system's own table may differ and
// a browser that is told not to sniff runs no script of another type.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is one embedded file under its lasting address.
type asset struct {
	contentType string
	body        []byte
}

// assets finds files by their address and addresses by their name.
type assets struct {
	byFile map[string]asset  // "checkout.3f2a….js"
	urls   map[string]string // "checkout.js" → "/assets/checkout.3f2a….js"
}

func loadAssets() (assets, error) {
	entries, err := assetFiles.ReadDir("asset")
	if err != nil {
		return assets{}, fmt.Errorf("ui: %w", err)
	}
	loaded := assets{byFile: map[string]asset{}, urls: map[string]string{}}
	for _, entry := range entries {
		name := entry.Name()
		body, err := assetFiles.ReadFile("asset/" + name)
		if err != nil {
			return assets{}, fmt.Errorf("ui: %w", err)
		}
		sum := sha256.Sum256(body)
		extension := path.Ext(name)
		contentType, ok := contentTypes[extension]
		if !ok {
			return assets{}, fmt.Errorf("ui: asset %s has no content type", name)
		}
		file := strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:8]) + extension
		loaded.byFile[file] = asset{contentType: contentType, body: body}
		loaded.urls[name] = assetPath + file
	}
	return loaded, nil
}

// url is the address of a file by its plain name. An unknown name is a
// mistake in a template, which rendering reports.
func (a assets) url(name string) (string, error) {
	if url, ok := a.urls[name]; ok {
		return url, nil
	}
	return "", fmt.Errorf("ui: no asset %q", name)
}

// ServeHTTP answers the file of the path value "file".
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.byFile[r.PathValue("file")]
	if !ok {
		// Not http.NotFound's page in an old cache: a new release has new names.
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "Not found", http.StatusNotFound)
		return
	}
	header := w.Header()
	header.Set("Content-Type", file.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(file.body) // the reader has gone; nothing is left to do
}
