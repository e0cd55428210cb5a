package webhook

import "slices"

// onceSuffix tells the name of a schedule of single tries from its model's.
const onceSuffix = "-once"

// singles are Once with the time limits of the other schedules that have one of
// their own.
func singles() []Schedule {
	return []Schedule{Standard.single(), Waypay.single(), Diddo.single()}
}

func (s Schedule) single() Schedule {
	return Schedule{Name: s.Name + onceSuffix, TimeLimit: s.TimeLimit}
}

// OnceLike names the schedule of a delivery that is tried once, with the time
// limit of another schedule: a receiver of samples has as long as it has for
// events (spec/diddo.md §3). It is Once where that limit is Once's.
func OnceLike(name ScheduleName) ScheduleName {
	for _, single := range singles() {
		if single.Name == name+onceSuffix {
			return single.Name
		}
	}
	return Once.Name
}

// Single reports whether nothing is tried again by the schedule.
func (n ScheduleName) Single() bool {
	return n == Once.Name || slices.ContainsFunc(singles(), func(s Schedule) bool { return s.Name == n })
}
