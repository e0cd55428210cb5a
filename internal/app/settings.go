package app

import (
	"slices"

	"tillway/internal/pay"
)

// settings are what stores may set of the dialects, a line for each.
func settings() []pay.Setting {
	return slices.Concat[[]pay.Setting]()
}
