package intent

import (
	"encoding/json"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Snapshot is what an event knows of an intent: everything that a body may
// need, frozen, so that it can be rendered again at any time.
type Snapshot struct {
	Intent      ID            `json:"intent"`
	Transaction TransactionID `json:"transaction"`
	TxnRef      string        `json:"txnRef"`
	Token       string        `json:"token"`
	Reference   OrderRef      `json:"orderRef"`
	Customer    *Customer     `json:"customer,omitempty"`
	Metadata    string        `json:"metadata,omitempty"`
	Description string        `json:"description"`
	Amount      money.Amount  `json:"amount"`
	Before      Status        `json:"before"`
	Status      Status        `json:"status"`
	Reason      string        `json:"reason,omitempty"`
	StoreName   string        `json:"storeName"`
	// Changed says that the event is the change from Before to Status. Otherwise
	// the event left the status as it was, and nobody is told of it.
	Changed bool `json:"changed"`
}

// snapshot freezes the intent.
func (i Intent) snapshot(store pay.Store, changed bool) Snapshot {
	made := Snapshot{
		Intent: i.ID, Transaction: i.Transaction, TxnRef: i.TxnRef, Token: i.Token, Reference: i.Reference, Metadata: i.Metadata,
		Description: i.Description, Amount: i.Amount, Before: i.Before, Status: i.Status, Reason: i.Reason, StoreName: store.Name,
		Changed: changed,
	}
	if !i.Customer.IsZero() {
		made.Customer = &i.Customer
	}
	return made
}

// ReadSnapshot opens the snapshot of an event of this dialect.
// Errors: Internal "bad_snapshot".
func ReadSnapshot(event pay.Event) (made Snapshot, err error) {
	if err := json.Unmarshal([]byte(event.Noun.Detail), &made); err != nil {
		return Snapshot{}, fault.New(fault.Internal, "bad_snapshot", "The intent of event "+string(event.ID)+" cannot be read").WithCause(err)
	}
	return made, nil
}
