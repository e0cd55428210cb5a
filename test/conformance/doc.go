// Package conformance lets the vendors' own clients loose on the built binary:
// every call that they can make, and their verifier on every webhook. The
// tests are Node programs, one folder per dialect; this package starts a
// server for them and passes on what they say.
//
// `make deps` installs the clients; a test fails where they are missing.
package conformance
