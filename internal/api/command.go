package api

import (
	"context"
	"net/http"

	"tillway/internal/pay"
)

// Action makes a handler of one command of the core.
type Action[Wire, In, Out any] struct {
	// Convert makes the command's input of the decoded body, and mints what
	// the command needs. It may ask the network (an address to be vetted) and
	// may not change anything.
	Convert func(ctx context.Context, call *Call, wire Wire) (In, error)
	Command pay.Command[In, Out]
	// Render makes the response's document.
	Render func(call *Call, out Out) any
	Status int // 200 when zero
}

// Handle decodes, converts and runs the command under the call's key.
func (a Action[Wire, In, Out]) Handle(ctx context.Context, call *Call) (pay.Answer, error) {
	// A repeated request is answered from its key even when its body is broken,
	// so a failure so far is kept until the key was looked at.
	draft := draftOf[Wire, In](ctx, call, a.Convert)
	render := func(out Out) (pay.Answer, error) { return Document(a.status(), a.Render(call, out)) }
	if minted, ok := any(draft.input).(pay.Recoverer[Out]); ok {
		return pay.RunOnce(ctx, call.Core, call.Key, a.runFound, found[In, Out]{draft, minted}, render)
	}
	return pay.RunOnce(ctx, call.Core, call.Key, a.run, draft, render)
}

func (a Action[Wire, In, Out]) run(ctx context.Context, tx pay.Tx, in draft[In]) (Out, error) {
	return a.Command(ctx, tx, in.input)
}

func (a Action[Wire, In, Out]) runFound(ctx context.Context, tx pay.Tx, in found[In, Out]) (Out, error) {
	return a.run(ctx, tx, in.draft)
}

func (a Action[Wire, In, Out]) status() int {
	if a.Status == 0 {
		return http.StatusOK
	}
	return a.Status
}

// draft is an input that may have failed to come about.
type draft[In any] struct {
	input In
	err   error
}

func draftOf[Wire, In any](ctx context.Context, call *Call, convert func(context.Context, *Call, Wire) (In, error)) (d draft[In]) {
	var wire Wire
	if d.err = Decode(call.Body, &wire, call.unknown); d.err == nil {
		d.input, d.err = convert(ctx, call, wire)
	}
	return d
}

// Validate judges the draft, then the input itself.
func (d draft[In]) Validate() error {
	if d.err != nil {
		return d.err
	}
	if v, ok := any(d.input).(pay.Validator); ok {
		return v.Validate()
	}
	return nil
}

// found is a draft whose command can be found again when its commit was lost, as
// its input can.
type found[In, Out any] struct {
	draft[In]
	pay.Recoverer[Out]
}
