package wayl

import (
	"slices"
	"strings"

	"tillway/internal/fault"
)

// problems is everything that is wrong with a request, told all at once
// (spec/wayl.md §8).
type problems []*fault.Error

// Error lists the messages, for the log.
func (p problems) Error() string {
	texts := make([]string, len(p))
	for i, problem := range p {
		texts[i] = problem.Message
	}
	return strings.Join(texts, "; ")
}

// addf notes that a member is wrong, unless it is known to be.
func (p *problems) addf(field, code, format string, args ...any) {
	p.keep(field, fault.Invalidf(field, code, format, args...))
}

// keep notes the fault of whoever judged a member; nil is none.
func (p *problems) keep(field string, err error) {
	problem := fault.From(err)
	if problem == nil || p.has(field) {
		return
	}
	*p = append(*p, problem.WithField(field))
}

// has reports whether something is wrong with a member, with what is in it, or
// with what it is in.
func (p *problems) has(field string) bool {
	return slices.ContainsFunc(*p, func(known *fault.Error) bool {
		return within(known.Field, field) || within(field, known.Field)
	})
}

// within reports whether a member is another one or in it.
func within(inner, outer string) bool {
	rest, inside := strings.CutPrefix(inner, outer)
	return inside && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// missing notes an absent member that is required.
func (p *problems) missing(field string) { p.addf(field, "missing_field", "%s is required", field) }

// fault is all of them as one fault; nil when there is none.
func (p problems) fault() error {
	if len(p) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "validation_failed", "Validation failed: "+p[0].Message).WithField(p[0].Field).WithCause(p)
}
