package webhook

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestOnlyNewsOfHealthIsRecorded(t *testing.T) {
	t.Parallel()
	known := healthy{most: 100}
	record := func(outcomes ...Outcome) (written []Health) {
		known.thin(outcomes)
		known.learn(outcomes)
		for _, outcome := range outcomes {
			written = append(written, outcome.Health)
		}
		return written
	}
	of := func(endpoint EndpointID, health Health) Outcome {
		return Outcome{Place: Place{Endpoint: endpoint}, Health: health}
	}
	for i, check := range []struct {
		outcomes []Outcome
		want     []Health
	}{
		{[]Outcome{of("a", Well), of("b", Well)}, []Health{Well, Well}}, // nothing is known after a start
		{[]Outcome{of("a", Well), of("b", Well)}, []Health{"", ""}},
		{[]Outcome{of("a", Cured)}, []Health{Cured}},                    // another node saw it fail
		{[]Outcome{of("a", Well), of("a", Ill)}, []Health{Well, Ill}},   // in one batch both count
		{[]Outcome{of("a", Ill), of("b", Well)}, []Health{Ill, ""}},     // each endpoint for itself
		{[]Outcome{of("a", Well), of("a", Well)}, []Health{Well, Well}}, // until it is recorded
		{[]Outcome{of("a", Well), of("", ""), of("b", Well)}, []Health{"", "", ""}},
	} {
		if got := record(check.outcomes...); fmt.Sprint(got) != fmt.Sprint(check.want) {
			t.Errorf("step %d: recorded %q, want %q", i, got, check.want)
		}
	}
}

func TestWhatIsKnownOfHealthIsBounded(t *testing.T) {
	t.Parallel()
	known := healthy{most: 10}
	for n := range 1000 {
		known.learn([]Outcome{{Place: Place{Endpoint: EndpointID(fmt.Sprint(n))}, Health: Well}})
		if len(known.ids) > known.most {
			t.Fatalf("%d remembered", len(known.ids))
		}
	}
}

func TestNoticeLevels(t *testing.T) {
	t.Parallel()
	for told, levels := range map[int]map[int][]int{
		0:   {0: nil, 59: nil, 60: {50}, 107: {50}, 108: {50, 90}, 119: {50, 90}, 120: {50, 90, 100}, 1000: {50, 90, 100}},
		50:  {0: nil, 107: nil, 108: {90}, 119: {90}, 120: {90, 100}, 1000: {90, 100}},
		90:  {108: nil, 119: nil, 120: {100}, 1000: {100}},
		100: {120: nil, 1000: nil},
	} {
		for hours, want := range levels {
			if got := NoticeLevels(morning, morning.Add(time.Duration(hours)*time.Hour), told); !slices.Equal(got, want) {
				t.Errorf("after %d hours, told of %d: levels %d, want %d", hours, told, got, want)
			}
		}
	}
}
