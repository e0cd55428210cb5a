package webhook

import (
	"testing"
	"time"
)

func TestSchedules(t *testing.T) {
	t.Parallel()
	jittered := Schedule{Delays: []time.Duration{time.Hour}, Jitter: 0.1}
	for name, check := range map[string]struct {
		schedule   Schedule
		attempts   int
		retryAfter time.Duration
		random     float64
		want       time.Duration
		wantMore   bool
	}{
		"pancake's first retry":            {Pancake, 1, 0, 0.9, 5 * time.Minute, true},
		"pancake's second retry":           {Pancake, 2, 0, 0.1, 30 * time.Minute, true},
		"pancake's third retry":            {Pancake, 3, 0, 0, 2 * time.Hour, true},
		"pancake's fourth retry":           {Pancake, 4, 0, 0, 8 * time.Hour, true},
		"pancake's fifth retry":            {Pancake, 5, 0, 0, 24 * time.Hour, true},
		"pancake ends after six attempts":  {Pancake, 6, 0, 0, 0, false},
		"a wish lengthens":                 {Pancake, 1, 7 * time.Minute, 0, 7 * time.Minute, true},
		"a wish never shortens":            {Pancake, 1, time.Second, 0, 5 * time.Minute, true},
		"a wish is clamped to twice":       {Pancake, 1, time.Hour, 0, 10 * time.Minute, true},
		"once ends at once":                {Once, 1, 0, 0, 0, false},
		"jitter may shorten by a tenth":    {jittered, 1, 0, 0, 54 * time.Minute, true},
		"jitter leaves the middle":         {jittered, 1, 0, 0.5, time.Hour, true},
		"a wish may undo a jitter":         {jittered, 1, time.Hour, 0, time.Hour, true},
		"a short wish undoes it as well":   {jittered, 1, time.Minute, 0, time.Hour, true},
		"a wish for no pause does, too":    {jittered, 1, noPause, 0, time.Hour, true},
		"a wish leaves what jitter adds":   {jittered, 1, time.Hour, 0.75, 63 * time.Minute, true},
		"a long wish is not jittered":      {jittered, 1, longestWish, 0.75, 2 * time.Hour, true},
		"no attempt has no retry after it": {Pancake, 0, 0, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, more := check.schedule.Next(check.attempts, check.retryAfter, check.random)
			if got != check.want || more != check.wantMore {
				t.Errorf("got %v, %v; want %v, %v", got, more, check.want, check.wantMore)
			}
		})
	}
}
