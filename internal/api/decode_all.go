package api

import (
	"reflect"

	"tillway/internal/fault"
)

// NotAnObject is the code of the fault of a body that is JSON and no object. A
// dialect that lists faults may tell it apart from text that is no JSON.
const NotAnObject = "not_an_object"

// DecodeAll is Decode for dialects that name every fault of a request at once:
// what is wrong with members is listed, and the members that are right are
// filled in all the same. err is of a body that is no such JSON object at all:
// NotAnObject of any other JSON, and the faults of Decode of what is no JSON.
func DecodeAll(body []byte, into any, unknown UnknownFields) (wrong []*fault.Error, err error) {
	root, err := parse(body)
	if err != nil {
		return nil, err
	}
	if root.kind != objectKind {
		return nil, fault.New(fault.Invalid, NotAnObject, "The body must be a JSON object, got "+root.kind.String())
	}
	err = assignment{unknown: unknown, wrong: &wrong}.object("", root, reflect.ValueOf(into).Elem())
	return wrong, err
}

// DecodeAll reads the body into a wire type by the dialect's policy.
func (c *Call) DecodeAll(into any) (wrong []*fault.Error, err error) {
	return DecodeAll(c.Body, into, c.unknown)
}

// settle lists the fault of one member, if all are wanted, so that the next one
// is looked at.
func (a assignment) settle(err error) error {
	if err == nil || a.wrong == nil {
		return err
	}
	*a.wrong = append(*a.wrong, fault.From(err))
	return nil
}
