package waypay

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// The media types of failures.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// problemDetails renders a fault as the ProblemDetails of Waypay's older
// servers, for a client that would rather have it (spec/waypay.md §8).
func problemDetails(r *http.Request, _ *api.Route, problem *fault.Error) (answer pay.Answer, mediaType string) {
	if !wantsProblem(r.Header.Values("Accept")) {
		return pay.Answer{}, ""
	}
	v := verdictOf(problem)
	told := problemWire{
		Type: fmt.Sprintf("https://httpstatuses.io/%d", v.status), Title: http.StatusText(v.status), Status: v.status,
		Detail: problem.Message, Instance: r.URL.Path, Code: v.code, Hint: problem.Hint,
	}
	if problem.Kind == fault.Internal {
		told.Detail, told.Hint = "Internal server error", ""
	} else if problem.Field != "" {
		told.Errors = map[string][]string{problem.Field: {problem.Message}}
	}
	return document(v.status, told), problemType
}

// wantsProblem reports whether a client asks for ProblemDetails: by name, and no
// less than for plain JSON. Of two that it likes alike it means the first.
func wantsProblem(accept []string) bool {
	wanted, best := false, 0.0
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil || name != jsonType && name != problemType {
			continue
		}
		quality := 1.0
		if text, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		if quality > best {
			wanted, best = name == problemType, quality
		}
	}
	return wanted
}
