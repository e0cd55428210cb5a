package connectortest

// Story is something a provider can do to a charge. The set is closed: a
// harness either has an input for a story or says why not.
type Story string

// The stories, and what their Input.Turns are.
const (
	Succeeds            Story = "succeeds"
	DeclinedSoft        Story = "declined soft"
	DeclinedHard        Story = "declined hard"
	AsksCustomer        Story = "asks the customer" // a Challenge action, answered by Continue
	AsksThenDeclines    Story = "asks the customer, then declines"
	AsksForCode         Story = "asks for a one-time code" // a OneTimeCode action; Input.Codes are what may be typed
	SucceedsLater       Story = "succeeds later"           // Turns: until it succeeds
	CapturesAfterExpiry Story = "captures after expiry"    // Turns: until it expires; until it captures
	LosesAnswerMoved    Story = "loses the answer, moved"  // the drop comes after the send
	LosesAnswerNotMoved Story = "loses the answer, unmoved"
	NeverSent           Story = "never sent" // the drop comes before the send
	RejectsRequest      Story = "rejects the request"
	RefundSucceedsLater Story = "refund succeeds later" // Turns: until the refund succeeds
	RefundFailsLater    Story = "refund fails later"    // Turns: until the refund fails
)

// Stories lists all of them.
func Stories() []Story {
	return []Story{
		Succeeds, DeclinedSoft, DeclinedHard, AsksCustomer, AsksThenDeclines, AsksForCode, SucceedsLater, CapturesAfterExpiry,
		LosesAnswerMoved, LosesAnswerNotMoved, NeverSent, RejectsRequest, RefundSucceedsLater, RefundFailsLater,
	}
}

// turns is how many later events a story has.
func (s Story) turns() int {
	switch s {
	case SucceedsLater, RefundSucceedsLater, RefundFailsLater:
		return 1
	case CapturesAfterExpiry:
		return 2
	}
	return 0
}
