package pay

// Change is one member of an update. The zero Change keeps what is there; To
// replaces it, also by an empty value. So an update tells "leave it" from
// "clear it" for members of every type.
type Change[T any] struct {
	given bool
	value T
}

// To is a change to a value.
func To[T any](value T) Change[T] { return Change[T]{given: true, value: value} }

// Given is the new value, and whether there is one.
func (c Change[T]) Given() (T, bool) { return c.value, c.given }

// apply makes the change.
func (c Change[T]) apply(to *T) {
	if c.given {
		*to = c.value
	}
}

// check judges the new value, if there is one.
func (c Change[T]) check(judge func(T) error) error {
	if !c.given {
		return nil
	}
	return judge(c.value)
}
