package pay

import (
	"slices"

	"tillway/internal/fault"
)

// move checks one step against a noun's transition table.
// Errors: State "<noun>_transition".
func move[S ~string](noun string, arrows map[S][]S, from, to S) error {
	if slices.Contains(arrows[from], to) {
		return nil
	}
	return fault.New(fault.State, noun+"_transition", "The "+noun+" is "+string(from)+" and cannot become "+string(to))
}
