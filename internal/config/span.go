package config

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tillway/internal/fault"
)

// Spans has the parser read lengths of time by ParseSpan, so that every flag
// takes days as well.
func Spans() kong.Option {
	return kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		token, err := ctx.Scan.PopValue("duration")
		if err != nil {
			return err
		}
		span, ok := ParseSpan(token.String())
		if !ok {
			return fault.New(fault.Invalid, "bad_span", "--"+ctx.Value.Name+" is no length of time: "+strconv.Quote(token.String())).
				WithHint("Write 90s, 24h or 30d")
		}
		target.SetInt(int64(span))
		return nil
	}))
}

// ParseSpan reads a length of time, not negative, as a person writes it: 90s,
// 1h30m, or whole days such as 30d.
func ParseSpan(text string) (time.Duration, bool) {
	const mostDays = 36500
	if digits, days := strings.CutSuffix(text, "d"); days {
		n, err := strconv.Atoi(digits)
		return time.Duration(n) * 24 * time.Hour, err == nil && n >= 0 && n <= mostDays
	}
	span, err := time.ParseDuration(text)
	return span, err == nil && span >= 0
}
