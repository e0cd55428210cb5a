package pay

import (
	"tillway/internal/connector"
	"tillway/internal/fault"
)

// Env is the environment of every row that bears money: play money or real.
// No transaction touches two.
type Env = connector.Environment

// The two environments.
const (
	Test = connector.Test
	Prod = connector.Live
)

// ParseEnv reads "test" or "prod".
func ParseEnv(s string) (Env, error) {
	switch env := Env(s); env {
	case Test, Prod:
		return env, nil
	}
	return "", fault.Invalidf("environment", "bad_environment", "environment must be 'test' or 'prod', got %q", fault.Echo(s))
}
