package ui

import (
	"fmt"
	"html/template"
)

// icons are drawn on a 24-unit grid with the text's own colour. They only
// repeat what words say, so they are hidden from screen readers.
var icons = map[string]string{
	"check":   `<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
	"clock":   `<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`,
	"lock":    `<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>`,
	"warning": `<path d="M12 4 2.8 19.5h18.4L12 4Z"/><path d="M12 10v4.5m0 2.5v.1"/>`,
	"shield":  `<path d="M12 3.5 5 6v5.5c0 4.2 2.9 7.3 7 9 4.1-1.7 7-4.8 7-9V6l-7-2.5Z"/><path d="m9 11.8 2.2 2.2 4-4.2"/>`,
	"person":  `<circle cx="12" cy="8.5" r="3.5"/><path d="M5 19.5c1-3.5 3.7-5 7-5s6 1.5 7 5"/>`,
	"printer": `<path d="M7 9V4.5h10V9M7 16.5H4.5V9h15v7.5H17"/><path d="M7 13.5h10v6H7z"/>`,
	"bag":     `<path d="M5.5 8.5h13l1 11h-15l1-11Z"/><path d="M9 11V7a3 3 0 0 1 6 0v4"/>`,
}

// icon draws one. An unknown name is a mistake in a template.
func icon(name string) (template.HTML, error) {
	shape, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("ui: no icon %q", name)
	}
	//nolint:gosec // the markup is this file's own constant
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">` + shape + `</svg>`), nil
}
