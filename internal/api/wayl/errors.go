package wayl

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// statusOf tells every kind of fault (spec/wayl.md §8).
var statusOf = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.State:           http.StatusConflict,
	fault.InFlight:        http.StatusConflict,
	fault.Limited:         http.StatusTooManyRequests,
	fault.NotEnabled:      http.StatusForbidden,
	fault.NotImplemented:  http.StatusNotImplemented,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Internal:        http.StatusInternalServerError,
}

// statusOfCode are the exceptions.
var statusOfCode = map[string]int{
	"method_not_allowed":    http.StatusMethodNotAllowed,
	"malformed_json":        http.StatusBadRequest,
	"body_incomplete":       http.StatusBadRequest,
	"too_deep":              http.StatusBadRequest,
	"repeated_field":        http.StatusBadRequest,
	"body_too_large":        http.StatusRequestEntityTooLarge,
	"refund_exceeds_charge": http.StatusUnprocessableEntity, // a member of the body is wrong
	"handle_taken":          http.StatusServiceUnavailable,  // a draw of chance, and none of the caller's
}

func verdictOf(problem *fault.Error) int {
	if status, special := statusOfCode[problem.Code]; special && problem.Kind != fault.Internal {
		return status
	}
	if status, known := statusOf[problem.Kind]; known {
		return status
	}
	return http.StatusInternalServerError
}

// failure renders a fault. The hint, where there is one, is part of the message:
// the envelope has no place of its own for a remedy.
func failure(_ *api.Route, problem *fault.Error) pay.Answer {
	status := verdictOf(problem)
	told := failureWire{Message: wording(problem)}
	if problem.Kind == fault.Internal {
		told.Message = "Internal server error"
	}
	if status == http.StatusUnprocessableEntity {
		told.Errors = fieldErrors(problem)
	}
	answer, err := api.Document(status, told)
	if err != nil {
		// An envelope is strings and numbers; encoding it cannot fail.
		panic(err)
	}
	return answer
}

func wording(problem *fault.Error) string {
	if problem.Hint == "" {
		return problem.Message
	}
	return strings.TrimRight(problem.Message, ".") + ". " + problem.Hint
}

// fieldErrors names every member that is wrong.
func fieldErrors(problem *fault.Error) []fieldErrorWire {
	list := problems{problem}
	var all problems
	if errors.As(problem.Cause, &all) {
		list = all
	}
	made := make([]fieldErrorWire, 0, len(list))
	for _, one := range list {
		made = append(made, fieldErrorWire{Path: pathOf(one.Field), Message: wording(one)})
	}
	return made
}

// pathOf is "lineItem[0].label" as ["lineItem",0,"label"].
func pathOf(field string) []any {
	path := []any{}
	for part := range strings.SplitSeq(field, ".") {
		name, indexes, _ := strings.Cut(part, "[")
		if name != "" {
			path = append(path, name)
		}
		for index := range strings.SplitSeq(indexes, "[") {
			if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil {
				path = append(path, n)
			}
		}
	}
	return path
}
