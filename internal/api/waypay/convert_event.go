package waypay

import (
	"strings"
	"time"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

// occasion is what a webhook tells of beside the intent itself.
type occasion struct {
	delivery string // its id, a UUID
	store    pay.StoreID
	env      pay.Env
	at       time.Time
}

// fromSnapshot writes a change of status.
func fromSnapshot(change intent.Snapshot, when occasion) (eventWire, error) {
	order, err := api.Encode(orderTextWire(change.Reference))
	if err != nil {
		return eventWire{}, err
	}
	customer, err := fromCustomer(change.Customer)
	if err != nil {
		return eventWire{}, err
	}
	return eventWire{
		ID: strings.ReplaceAll(when.delivery, "-", ""), Type: statusChanged, Created: when.at.Unix(), LiveMode: isLive(when.env),
		APIVersion: "v1",
		Data: eventDataWire{
			TransactionID: string(change.Transaction), PreviousStatus: string(change.Before), CurrentStatus: string(change.Status),
			Amount: fromAmount(change.Amount), Currency: string(change.Amount.Currency()), Reason: textOrNull(change.Reason),
			TransactionReference: change.TxnRef, CustomerRef: customer, OrderRef: string(order),
			MerchantID: uuidOf(id.Store, string(when.store)), Timestamp: when.at.UTC().Format(eventTime),
			MetadataJSON: textOrNull(change.Metadata),
		},
	}, nil
}

// fromCustomer is what was told of the buyer as JSON in a text, null when
// nothing was.
func fromCustomer(told *intent.Customer) (*string, error) {
	if told == nil {
		return nil, nil
	}
	text, err := api.Encode(customerTextWire{
		Name: told.Name, Email: told.Email, CNIC: told.CNIC, Phone: told.Phone,
		ShippingAddress: api.Raw(told.ShippingAddress), EstimatedDays: api.Raw(told.EstimatedDays),
	})
	return textOrNull(string(text)), err
}

// encode makes the bytes and the headers of a delivery.
func (w eventWire) encode() (body []byte, headers map[string]string, err error) {
	if body, err = api.Encode(w); err != nil {
		return nil, nil, err
	}
	return body, map[string]string{"Content-Type": "application/json", "User-Agent": "Waypay-Webhook/1.0"}, nil
}
