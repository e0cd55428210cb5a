package sqldb

import "time"

// Micros is a time as a BIGINT keeps it: microseconds since 1970 in UTC, and 0
// for the zero time. Times cross the database in no other form, so that both
// engines agree.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Moment is the time behind a stored value, in UTC; 0 is the zero time.
func Moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
