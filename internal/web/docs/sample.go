package docs

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/oasdiff/yaml3"
)

//go:embed sample verify
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
	file  string // of the template
}

// languages is the order in which samples are shown.
var languages = []Language{
	{Key: "shell", Title: "Shell", Needs: "bash, curl and openssl", file: "shell.sh"},
	{Key: "javascript", Title: "JavaScript", Needs: "Node 20 or newer, as a module (.mjs)", file: "javascript.mjs"},
	{Key: "go", Title: "Go", Needs: "the standard library alone", file: "go.txt"},
	{Key: "php", Title: "PHP", Needs: "PHP 8 with its openssl extension", file: "php.php"},
	{Key: "java", Title: "Java", Needs: "Java 17 or newer and nothing else: java Sample.java", file: "java.txt"},
	{Key: "python", Title: "Python", Needs: "Python 3 with the package cryptography", file: "python.py"},
}

// sampleTemplates are parsed once: a broken one is a defect of an embedded
// file, which the package's first test shows.
var sampleTemplates = template.Must(template.New("").Delims("<<", ">>").Funcs(template.FuncMap{
	"shell": quoteShell, "php": quotePHP, "quote": quoteJSON, "goraw": quoteGo, "java": quoteJava,
}).ParseFS(sampleFiles, "sample/*"))

// sampleView is what a template writes a program of.
type sampleView struct {
	Method, URL, Path string
	Key               bool // the request is signed
	Token             bool // the request bears a session token
	JSON, JavaScript  string
	Python, PHP       string
}

// samplesOf writes the route's programs, with the credential that is usual.
// A route without an example gets an empty object.
func samplesOf(route *Route, baseURL string, example *yaml.Node) ([]Sample, error) {
	if example == nil {
		example = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	view := sampleView{
		Method: route.Method, URL: baseURL, Path: route.Path,
		Key: route.Credentials[0] == APIKey, Token: route.Credentials[0] == SessionToken,
		JSON: asJSON.write(example), JavaScript: asJavaScript.write(example),
		Python: asPython.write(example), PHP: asPHP.write(example),
	}
	var samples []Sample
	for _, language := range languages {
		var code strings.Builder
		if err := sampleTemplates.ExecuteTemplate(&code, language.file, view); err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		samples = append(samples, Sample{language, strings.TrimSpace(code.String())})
	}
	return samples, nil
}

// verifySamples are the programs that check a webhook's signature.
func verifySamples() ([]Sample, error) {
	var samples []Sample
	for _, language := range languages {
		code, err := sampleFiles.ReadFile("verify/" + language.file)
		if err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		samples = append(samples, Sample{language, strings.TrimSpace(string(code))})
	}
	return samples, nil
}
