package diddo

import (
	"strconv"
	"strings"
)

// preferred is the picture that a caller wants most by the lines of its Accept
// header (RFC 9110 §12.5.1): of two that are wanted alike the one that is named
// first, and PNG for who does not care (spec/diddo.md §5). There is no 406: who
// wants neither gets the one that was not refused.
func preferred(lines []string) string {
	ranges := strings.Split(strings.ToLower(strings.Join(lines, ",")), ",")
	png, svg := wishFor(typePNG, ranges), wishFor(typeSVG, ranges)
	if svg.quality > png.quality || svg.quality == png.quality && svg.place < png.place {
		return typeSVG
	}
	return typePNG
}

// wish is how much a caller wants a picture.
type wish struct {
	quality float64 // 0 is a refusal
	place   int     // of the range that says so
}

// unsaid is the quality of what no range speaks of: less than any that is
// wanted, and more than what is refused.
const unsaid = 0.0001

// wishFor finds the range that speaks of a picture most precisely. One that
// cannot be read says nothing.
func wishFor(picture string, ranges []string) wish {
	found, precise := wish{quality: unsaid}, 0
	for place, one := range ranges {
		name, parameters, _ := strings.Cut(one, ";")
		how := map[string]int{picture: 3, "image/*": 2, "*/*": 1}[strings.TrimSpace(name)]
		if quality, ok := qualityOf(parameters); ok && how > precise {
			found, precise = wish{quality: quality, place: place}, how
		}
	}
	return found
}

// qualityOf reads the q among a range's parameters, 1 when there is none.
func qualityOf(parameters string) (quality float64, ok bool) {
	for _, parameter := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.TrimSpace(name) != "q" {
			continue
		}
		quality, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return quality, err == nil && quality >= 0 && quality <= 1
	}
	return 1, true
}
