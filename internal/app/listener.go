package app

import (
	"tillway/internal/api/listener"
	"tillway/internal/api/pancake"
)

// listenable are the dialects whose events a developer can listen to.
func listenable() []listener.Dialect {
	current, legal := pancake.Events()
	return []listener.Dialect{{Name: pancake.Name, Current: current, Legal: legal}}
}
