// Package pay is the write side of Tillway: the nouns of a payment platform,
// their state machines, and the commands that change them. One noun per file;
// a verb on a noun is noun_verb.go.
//
// A command is pure apart from its transaction: identifiers, times and secrets
// are minted before it, events leave through Tx.Emit, and a provider is never
// called inside one. The package declares the ports it needs (Records, DB,
// Fanout) and may know neither HTTP nor SQL nor any dialect's wire format.
package pay
