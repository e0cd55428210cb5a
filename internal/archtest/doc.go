// Package archtest holds no code, only tests that read Tillway's own source:
// the import directions of DESIGN §1 and the portable SQL subset of DESIGN §3
// rule 14. A rule that only people remember is soon broken.
//
// Each file that states rules (house_test.go, portable_test.go) is a table to
// be read and changed; the file beside it (graph_test.go, statement_test.go)
// is the machinery. Every rule carries an example that breaks it, so a rule
// that catches nothing is itself found.
package archtest
