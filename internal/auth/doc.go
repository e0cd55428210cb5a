// Package auth answers who is asking: it keeps credentials, checks them, and
// turns one into the pay.Actor that commands are run for.
//
// It knows credentials and how they are presented. It may not know what an
// action does with the actor, what a dialect's error looks like, or SQL: it
// declares its rows as the port Store and reads stores, products and roles
// through the core.
package auth
