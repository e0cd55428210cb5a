// Package store keeps the nouns of Tillway in a database: it implements the
// ports of pay, webhook, job, auth and report in one portable SQL text
// (DESIGN §3 rule 14). It decides nothing: a rule that is written here is in
// the wrong room. One file per noun.
package store
