// Package report is the read side of Tillway: lists, counts and look-ups for
// people and for dialects, and Verify, which proves that what is stored agrees
// with itself and with the providers' own books.
//
// It changes nothing. It declares the rows it reads as ports (Facts,
// WebhookLog), which package store implements, and may know neither SQL nor
// HTTP.
package report
