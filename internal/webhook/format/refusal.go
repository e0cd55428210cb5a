package format

import (
	"strconv"
	"strings"
)

// longestRefusal bounds what a log repeats of a destination's answer.
const longestRefusal = 200

// Refusal words for the merchant that a destination did not accept, with what it
// said itself.
func Refusal(destination string, status int, said string) string {
	text := destination + " answered " + strconv.Itoa(status) + " but did not accept the message"
	if said = oneLine(said); said == "" {
		return text + "."
	}
	if runes := []rune(said); len(runes) > longestRefusal {
		said = strings.TrimSpace(string(runes[:longestRefusal])) + string(ellipsis)
	}
	return text + ": " + said
}
