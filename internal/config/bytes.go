package config

import (
	"math"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"tillway/internal/fault"
)

// Bytes is an amount of storage. As a flag it is a number with a unit: 10GB is
// ten thousand million bytes, 10GiB is ten times 2^30; without a unit it counts
// bytes.
type Bytes int64

// units, the longer before those that they end with.
var units = []struct {
	name  string
	bytes float64
}{
	{"KIB", 1 << 10},
	{"MIB", 1 << 20},
	{"GIB", 1 << 30},
	{"TIB", 1 << 40},
	{"KB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"B", 1},
}

// Decode reads the value of a flag; a configuration file may give a plain number.
func (b *Bytes) Decode(ctx *kong.DecodeContext) error {
	token, err := ctx.Scan.PopValue("size")
	if err != nil {
		return err
	}
	text := token.String()
	if number, ok := token.Value.(float64); ok {
		text = strconv.FormatFloat(number, 'f', -1, 64)
	}
	return b.UnmarshalText([]byte(text))
}

// UnmarshalText reads an amount. Errors: Invalid "bad_size".
func (b *Bytes) UnmarshalText(text []byte) error {
	number, unit := strings.ToUpper(strings.TrimSpace(string(text))), 1.0
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || value < 0 || value*unit >= math.MaxInt64 || strings.Trim(number, "0123456789.") != "" {
		return fault.New(fault.Invalid, "bad_size", strconv.Quote(string(text))+" is not an amount of storage").
			WithHint("Give a number with a unit, such as 500MB or 10GB")
	}
	*b = Bytes(value * unit)
	return nil
}
