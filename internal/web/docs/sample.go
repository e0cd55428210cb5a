package docs

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/oasdiff/yaml3"
)

//go:embed sample verify hmac
var sampleFiles embed.FS

// Sample is a program that somebody can copy and run.
type Sample struct {
	Language Language
	Code     string
}

// Language is one in which samples are written.
type Language struct {
	Key   string // "go"
	Title string // "Go"
	Needs string // what to have beside the language, in words; "" is nothing
	plain string // the same where nothing is signed with RSA
	file  string // of the template
}

// languages is the order in which samples are shown.
var languages = []Language{
	{Key: "shell", Title: "Shell", Needs: "bash, curl and openssl", plain: "bash, curl and openssl", file: "shell.sh"},
	{
		Key: "javascript", Title: "JavaScript", file: "javascript.mjs",
		Needs: "Node 20 or newer, as a module (.mjs)", plain: "Node 20 or newer, as a module (.mjs)",
	},
	{Key: "go", Title: "Go", Needs: "the standard library alone", plain: "the standard library alone", file: "go.txt"},
	{Key: "php", Title: "PHP", Needs: "PHP 8 with its openssl extension", plain: "PHP 8", file: "php.php"},
	{
		Key: "java", Title: "Java", file: "java.txt",
		Needs: "Java 17 or newer and nothing else: java Sample.java", plain: "Java 17 or newer and nothing else: java Sample.java",
	},
	{Key: "python", Title: "Python", Needs: "Python 3 with the package cryptography", plain: "Python 3 and nothing else", file: "python.py"},
}

// sampleTemplates are parsed once: a broken one is a defect of an embedded
// file, which the package's first test shows.
var sampleTemplates = template.Must(template.New("").Delims("<<", ">>").Funcs(template.FuncMap{
	"shell": quoteShell, "php": quotePHP, "quote": quoteJSON, "goraw": quoteGo, "java": quoteJava,
}).ParseFS(sampleFiles, "sample/*"))

// sampleView is what a template writes a program of.
type sampleView struct {
	Method, URL, Path string
	Headers           []CredentialHeader
	RSA               bool // the request is signed over its path, the time and its body
	MD5               bool // the body has a signature of its members
	Base              string
	Envelope          bool   // the answer has data or errors
	File              string // where an answer is kept that is no text, "" for text
	Body              bool
	JSON, JavaScript  string
	Python, PHP       string
}

// samplesOf writes the route's programs, with the credential that is usual.
// A route without an example gets an empty object.
func samplesOf(route *Route, baseURL string) ([]Sample, error) {
	example := route.example
	if example == nil {
		example = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	view := sampleView{
		Method: route.Method, URL: baseURL, Path: route.address, Headers: route.Credentials[0].Headers,
		RSA: route.Signing == RSASigned, MD5: route.Signing == MD5Signed, Envelope: route.envelope,
		File: fileOf(route.AnswerTypes), Body: route.Sends,
		JSON: asJSON.write(example), JavaScript: asJavaScript.write(example),
		Python: asPython.write(example), PHP: asPHP.write(example),
	}
	var err error
	if view.Base, err = baseString(example); err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	var samples []Sample
	for _, language := range languages {
		var code strings.Builder
		if err := sampleTemplates.ExecuteTemplate(&code, language.file, view); err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		if !view.RSA {
			language.Needs = language.plain
		}
		samples = append(samples, Sample{language, strings.TrimSpace(code.String())})
	}
	return samples, nil
}

// fileOf is a name for what an answer of the first of these media types holds.
func fileOf(types []string) string {
	if len(types) == 0 {
		return ""
	}
	_, kind, _ := strings.Cut(types[0], "/")
	kind, _, _ = strings.Cut(kind, "+")
	return "answer." + kind
}
