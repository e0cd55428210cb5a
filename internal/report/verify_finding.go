package report

// Rule names what Verify found broken. Scripts branch on it.
type Rule string

// The rules, in the words of spec/ledger.md and DESIGN §3.
const (
	RuleBalance  Rule = "ledger_balance"    // every ledger transaction sums to zero per currency
	RulePosting  Rule = "ledger_posting"    // every fact has exactly its postings, and every posting its fact
	RuleSuspense Rule = "ledger_suspense"   // suspense holds the open late captures and nothing else
	RuleBook     Rule = "provider_book"     // the provider booked what we did, and nothing else
	RuleOrder    Rule = "order"             // a completed order has one succeeded payment, one event and a used session
	RuleCharge   Rule = "charged_once"      // no order is charged twice
	RuleEvent    Rule = "event_deliveries"  // an event that the log still covers has the deliveries it was born with
	RuleExpiry   Rule = "pending_expires"   // a pending order has a timer that ends it
	RuleInquiry  Rule = "open_is_inquired"  // an open outcome has a timer that asks for it
	RuleRefund   Rule = "refund"            // refunds fit into their charge, the payment says the same, and each that ended is told of once
	RuleFee      Rule = "fee"               // a fee is part of a charge less its tax, and says how it came about
	RuleNoun     Rule = "noun"              // a dialect's noun is paid, over, or open as its session is
	RuleScope    Rule = "store_environment" // no fact touches two stores or environments
)

// Finding is one broken rule.
type Finding struct {
	Rule    Rule   `json:"rule"`
	Subject string `json:"subject"` // the id of what is broken
	Detail  string `json:"detail"`  // what is wrong with it, for a person
}

// maxFindings bounds what a Verdict keeps; Broken counts the rest too.
const maxFindings = 1000

// Verdict is what Verify saw.
type Verdict struct {
	Checked  Checked   `json:"checked"`
	Broken   int       `json:"broken"`   // how many findings there were
	Findings []Finding `json:"findings"` // the first of them
	// Unsettled counts provider bookings whose outcome has not reached us yet:
	// attempts and refunds that are still open, to be resolved by inquiry.
	Unsettled int `json:"unsettled"`
}

// Checked counts what was looked at.
type Checked struct {
	LedgerFacts int `json:"ledgerFacts"`
	Payments    int `json:"payments"`
	Attempts    int `json:"attempts"`
	Refunds     int `json:"refunds"`
	Orders      int `json:"orders"`
	Sessions    int `json:"sessions"`
	Events      int `json:"events"`
	Bookings    int `json:"bookings"` // lines of the providers' books
}

// Clean reports whether nothing is broken.
func (v Verdict) Clean() bool { return v.Broken == 0 }

func (v *Verdict) find(rule Rule, subject, detail string) {
	v.Broken++
	if len(v.Findings) < maxFindings {
		v.Findings = append(v.Findings, Finding{Rule: rule, Subject: subject, Detail: detail})
	}
}
