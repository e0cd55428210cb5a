package pay

import "context"

// Command is one change of state. It is pure apart from tx and may run again.
type Command[In, Out any] func(ctx context.Context, tx Tx, in In) (Out, error)

// Validator is an input that can judge itself before any transaction.
type Validator interface{ Validate() error }

// Run validates in and executes the command in one transaction. The answer
// comes after the commit is durable. A commit whose answer was lost is looked
// up when the input is a Recoverer, and is ErrUnknownCommit otherwise.
func Run[In, Out any](ctx context.Context, c *Core, command Command[In, Out], in In) (Out, error) {
	var out Out
	if v, ok := any(in).(Validator); ok {
		if err := v.Validate(); err != nil {
			return out, err
		}
	}
	run := func(tx Tx) (err error) {
		out, err = command(ctx, tx, in)
		return err
	}
	var err error
	if minted, ok := any(in).(Recoverer[Out]); ok {
		err = c.once(ctx, func(tx Tx) (found bool, err error) {
			// The records themselves, below which a dialect knows its own rows.
			out, found, err = minted.Recover(tx.Records)
			return found, err
		}, run)
	} else {
		err = c.write(ctx, run)
	}
	if err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

// RunOnce is Run under an idempotency key: the claim of the key, the work and
// the rendered answer commit together. A key that was answered replays the
// stored answer without running the command; a key being worked on is
// fault.InFlight; a failure leaves no trace of the key. A nil key runs the
// command and renders its answer without storing it.
func RunOnce[In, Out any](ctx context.Context, c *Core, key *Key, command Command[In, Out], in In, render func(Out) (Answer, error)) (Answer, error) {
	if key == nil {
		out, err := Run(ctx, c, command, in)
		if err != nil {
			return Answer{}, err
		}
		return render(out)
	}
	release, err := c.inFlight.hold(*key)
	if err != nil {
		return Answer{}, err
	}
	defer release()

	claim := Claim{Key: *key, At: c.Now()}
	var answer Answer
	// The key's row is the command's own: whoever runs again finds it.
	err = c.once(ctx, nil, func(tx Tx) error {
		stored, err := tx.ClaimKey(claim)
		if err != nil {
			return err
		}
		if stored != nil {
			answer = *stored
			return nil
		}
		// The input is judged only now: a replay is answered even when the
		// repeated body is broken, because the key is the whole identity.
		if v, ok := any(in).(Validator); ok {
			if err := v.Validate(); err != nil {
				return err
			}
		}
		out, err := command(ctx, tx, in)
		if err != nil {
			return err
		}
		answer, err = render(out)
		if err != nil {
			return err
		}
		return tx.SaveAnswer(claim, answer)
	})
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}
