package pay

type handleRecords interface {
	// InsertHandle gives a session a public name; fresh is false when the name is
	// another's.
	InsertHandle(handle string, session SessionID) (fresh bool, err error)
	// SessionByHandle finds the session that a name belongs to.
	// Errors: ErrSessionNotFound.
	SessionByHandle(handle string) (Session, error)
}
