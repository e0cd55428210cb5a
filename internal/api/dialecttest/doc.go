// Package dialecttest is the suite that every dialect passes: its routes are
// those of its OpenAPI file, every request and response agrees with that file,
// a bad input of any kind gets the dialect's own error and writes nothing, and
// idempotency keys keep their promise. It is for tests only and knows no
// dialect.
package dialecttest
