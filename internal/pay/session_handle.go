package pay

import "strings"

// IsHandle reports whether a text from an address can be a public name of a
// checkout.
func IsHandle(text string) bool {
	foreign := func(char rune) bool { return !strings.ContainsRune(handleLetters, char) }
	return text != "" && len(text) <= maxHandle && !strings.ContainsFunc(text, foreign)
}

const handleLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

type handleRecords interface {
	// InsertHandle gives a session a public name; fresh is false when the name is
	// another's.
	InsertHandle(handle string, session SessionID) (fresh bool, err error)
	// SessionByHandle finds the session that a name belongs to.
	// Errors: ErrSessionNotFound.
	SessionByHandle(handle string) (Session, error)
}
