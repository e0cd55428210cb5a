package fanout

import (
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// call makes the deliveries of an event to the address that came with the
// request which began it: one under each name that the sale's own dialect has
// for the event, since nobody has chosen among them. None when no address came.
func (f *Fanout) call(tx webhook.Tx, event pay.Event) ([]webhook.Delivery, error) {
	callback, found, err := f.callback(tx, event)
	if err != nil || !found {
		return nil, err
	}
	return f.renderCallback(event, callback)
}

// callback reads the event's callback. One that is not there, or that belongs to
// another store or environment, is a mistake of whoever wrote the noun: it must
// not undo a payment, and must not be told of it.
func (f *Fanout) callback(tx webhook.Tx, event pay.Event) (callback webhook.Callback, found bool, err error) {
	if event.Noun.Callback == "" {
		return webhook.Callback{}, false, nil
	}
	callback, err = tx.Callback(webhook.CallbackID(event.Noun.Callback))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return webhook.Callback{}, false, err
	}
	if err != nil || callback.Store != webhook.StoreID(event.Store) || callback.Env != webhook.Env(event.Env) {
		f.config.Log.Error("the callback of an event cannot be told", "event", event.ID, "callback", event.Noun.Callback, "error", err)
		return webhook.Callback{}, false, nil
	}
	return callback, true, nil
}

// renderCallback makes the deliveries of one event to its callback.
func (f *Fanout) renderCallback(event pay.Event, callback webhook.Callback) (born []webhook.Delivery, err error) {
	dialect, known := f.speaker(webhook.Dialect(event.Dialect))
	if !known {
		return nil, nil
	}
	for place, name := range dialect.Codec.Names(event) {
		id := deliveryID(event, string(callback.ID), name)
		body, headers, err := dialect.Codec.Encode(event, string(id), event.At, name)
		if err != nil {
			return nil, err
		}
		born = append(born, f.bear(webhook.Birth{
			ID: id, Callback: callback, Headers: ordered(headers), Body: body,
			Scheme: callback.Scheme, KeyName: callback.KeyName(), Schedule: dialect.Schedule,
		}, event, name, place))
	}
	return born, nil
}

// supplanted reports whether the event's callback is told instead of the
// endpoint: of the sale's own dialect, the addresses of its servers are. People
// in chats and developers who listen are told all the same, and an endpoint of
// another dialect is asked for by that dialect's own names.
func supplanted(event pay.Event, endpoint webhook.Endpoint) bool {
	return event.Noun.Instead && event.Noun.Callback != "" &&
		endpoint.Channel == webhook.HTTP && endpoint.Dialect == webhook.Dialect(event.Dialect)
}
