package api

import "reflect"

// Optional is a member of an update, where absence, null and a value mean three
// things: keep, clear, and set.
type Optional[T any] struct {
	Given bool // present, perhaps as null
	Value *T   // nil when absent or null
}

// OrZero is the value, or the zero T for null.
func (o Optional[T]) OrZero() (value T) {
	if o.Value != nil {
		value = *o.Value
	}
	return value
}

// optional is any Optional as the decoder meets it.
type optional interface {
	// give notes that the member is present, and makes the place of its value.
	give(value bool) reflect.Value
}

func (o *Optional[T]) give(value bool) reflect.Value {
	o.Given = true
	if value {
		o.Value = new(T)
	}
	return reflect.ValueOf(&o.Value).Elem().Elem()
}
