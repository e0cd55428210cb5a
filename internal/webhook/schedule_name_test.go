package webhook

import (
	"testing"
	"time"
)

// The delays of the sheets, in words: spec/webhook-engine.md §2, wayl.md §6,
// waypay.md §6, diddo.md §3.
func TestSchedulesAreTheSheets(t *testing.T) {
	t.Parallel()
	for name, want := range map[ScheduleName]struct {
		delays []string
		limit  time.Duration
		jitter float64
	}{
		"pancake":  {[]string{"5m", "30m", "2h", "8h", "24h"}, 10 * time.Second, 0},
		"standard": {[]string{"5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h"}, 15 * time.Second, 0.1},
		"wayl":     {[]string{"30s", "2m", "10m", "1h", "6h", "24h"}, 10 * time.Second, 0.1},
		"waypay":   {[]string{"1m", "5m", "30m", "2h", "6h", "24h"}, 5 * time.Second, 0.1},
		"diddo":    {[]string{"1m", "5m", "30m", "2h", "8h", "24h"}, 20 * time.Second, 0.1},
		"once":     {nil, 10 * time.Second, 0},
		// Samples have the time that their receivers have for events.
		"standard-once": {nil, 15 * time.Second, 0},
		"waypay-once":   {nil, 5 * time.Second, 0},
		"diddo-once":    {nil, 20 * time.Second, 0},
	} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			var found Schedule
			for _, schedule := range Schedules() {
				if schedule.Name == name {
					found = schedule
				}
			}
			if found.TimeLimit != want.limit || found.Jitter != want.jitter || len(found.Delays) != len(want.delays) {
				t.Fatalf("the schedule is %+v", found)
			}
			for i, text := range want.delays {
				delay, err := time.ParseDuration(text)
				if err != nil {
					t.Fatal(err)
				}
				if found.Delays[i] != delay {
					t.Errorf("delay %d is %v, want %v", i+1, found.Delays[i], delay)
				}
				least, _ := found.Next(i+1, 0, 0)
				most, _ := found.Next(i+1, 0, 0.999999)
				spread := time.Duration(float64(delay) * want.jitter)
				if least != delay-spread || most > delay+spread || most < delay+spread*9/10 {
					t.Errorf("delay %d is drawn from %v to %v", i+1, least, most)
				}
			}
			toProgram := found.timeLimit(Delivery{Channel: Listener}) - ListenerMargin
			if toEndpoint := found.timeLimit(Delivery{Channel: HTTP}); toEndpoint != want.limit || toProgram != want.limit {
				t.Errorf("an endpoint has %v and a listener's program %v, want %v", toEndpoint, toProgram, want.limit)
			}
			if toProgram+ListenerMargin+LeaseSpare > BornLease {
				t.Error("the lease a delivery is born with is shorter than its first request")
			}
		})
	}
	if len(Schedules()) != 9 {
		t.Errorf("%d schedules, and nine are known here", len(Schedules()))
	}
	for _, schedule := range Schedules() {
		if once := OnceLike(schedule.Name); !once.Single() || schedule.Name.Single() != (len(schedule.Delays) == 0) {
			t.Errorf("%s is tried once by %s", schedule.Name, once)
		}
	}
	if once := OnceLike("unheard-of"); once != Once.Name {
		t.Errorf("a schedule that is unknown is tried once by %s", once)
	}
}
