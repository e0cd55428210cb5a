package fanout

import (
	"time"

	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Replayed counts the deliveries that a replay came to.
type Replayed struct {
	Found int // that the receiver asks for
	Made  int // of Found, those that were missing and now are due
}

// Replay inserts the deliveries of a stored event that an endpoint asks for and
// that were never made, due at now. A delivery's id is derived from event,
// endpoint and name, so that one that exists is not made again, whoever made
// it. Nothing is handed over in memory: a backlog is claimed from the table.
//
// It makes none where it cannot know what was made before: when the log has
// forgotten deliveries of the event, or may have (Config.Horizon). A live event
// of a store that is not approved stays kept. What an endpoint was not told
// because the event's callback was told instead, it did not miss.
func (f *Fanout) Replay(records pay.Records, event pay.StoredEvent, endpoint webhook.Endpoint, only webhook.EventType, now time.Time) (Replayed, error) {
	rendered, err := f.render(event.Event, endpoint)
	if err != nil {
		return f.unspeakable(event, string(endpoint.ID), err), nil
	}
	return f.replay(records, event, rendered, only, now)
}

// ReplayCallback is Replay to the address that came with the event's request.
func (f *Fanout) ReplayCallback(records pay.Records, event pay.StoredEvent, only webhook.EventType, now time.Time) (Replayed, error) {
	callback, found, err := f.callback(f.config.Tx(records), event.Event)
	if err != nil || !found {
		return Replayed{}, err
	}
	rendered, err := f.renderCallback(event.Event, callback)
	if err != nil {
		return f.unspeakable(event, string(callback.ID), err), nil
	}
	return f.replay(records, event, rendered, only, now)
}

// unspeakable passes over an event that cannot be rendered. Its bytes depend on
// the snapshot alone, so another try would end the same; the events behind it
// must not wait for that.
func (f *Fanout) unspeakable(event pay.StoredEvent, receiver string, err error) Replayed {
	f.config.Log.Error("event cannot be rendered", "event", event.ID, "receiver", receiver, "error", err)
	return Replayed{Found: 1}
}

// replay inserts those of the rendered deliveries that are missing.
func (f *Fanout) replay(records pay.Records, event pay.StoredEvent, rendered []webhook.Delivery, only webhook.EventType, now time.Time) (replayed Replayed, err error) {
	withheld, err := withheld(records, event.Event)
	if err != nil {
		return replayed, err
	}
	tx := f.config.Tx(records)
	for _, delivery := range rendered {
		if only != "" && delivery.EventType != only {
			continue
		}
		replayed.Found++
		// One whose endpoint or callback is sealed would be over at birth, and
		// would then no longer be missing.
		if withheld || delivery.State != webhook.Pending || f.forgotten(event) {
			continue
		}
		place := delivery.CreatedAt.Sub(event.At) // among the event's names; see bear
		delivery.WakeAt, delivery.Owner, delivery.CreatedAt = now, "", now.Add(place)
		fresh, err := tx.AddDelivery(delivery)
		if err != nil {
			return replayed, err
		}
		if fresh {
			replayed.Made++
		}
	}
	if replayed.Made > 0 {
		records.AddReplayed(event.ID, replayed.Made)
	}
	return replayed, nil
}

// forgotten reports whether the log may have lost a delivery of the event. The
// count tells it surely, but for one that is being removed at this moment, and
// that one lies behind the horizon.
func (f *Fanout) forgotten(event pay.StoredEvent) bool {
	if event.Kept < event.Deliveries {
		return true
	}
	if event.Deliveries == 0 || f.config.Horizon == nil {
		return false
	}
	return event.At.Before(f.config.Horizon())
}

// replayPage gives the next events of a recovery to its endpoints and, unless it
// names one, to the addresses that came with the events' requests.
func (f *Fanout) replayPage(records pay.Records, r webhook.Recovery, now time.Time) (webhook.Page, error) {
	endpoints, err := f.config.Tx(records).Endpoints(r.Store, r.Env)
	if err != nil {
		return webhook.Page{}, err
	}
	receivers := f.receivers(records, r, endpoints, now)
	// Of most events a receiver asks for one name, so that this bounds the rows.
	limit := webhook.ReplayPage / max(len(receivers), 1)
	events, err := records.Events(pay.EventQuery{
		Store: pay.StoreID(r.Store), Env: pay.Env(r.Env), Since: r.Since, Until: r.Until,
		AfterAt: r.After.At, AfterID: pay.EventID(r.After.ID), Limit: limit,
	})
	if err != nil {
		return webhook.Page{}, err
	}
	page := webhook.Page{Over: len(events) < limit}
	for _, event := range events {
		page.Last = webhook.Mark{At: event.At, ID: string(event.ID)}
		for _, receive := range receivers {
			replayed, err := receive(event)
			if err != nil {
				return webhook.Page{}, err
			}
			page.Found += replayed.Found
			page.Done += replayed.Made
			page.Skipped += replayed.Found - replayed.Made
			event.Deliveries += replayed.Made
			event.Kept += replayed.Made
		}
	}
	return page, nil
}

// receivers are those whom a recovery gives each event to, once more or for the
// first time.
func (f *Fanout) receivers(records pay.Records, r webhook.Recovery, endpoints []webhook.Endpoint, now time.Time) (all []func(pay.StoredEvent) (Replayed, error)) {
	for _, endpoint := range endpoints {
		if r.Endpoint == "" || r.Endpoint == endpoint.ID {
			all = append(all, func(event pay.StoredEvent) (Replayed, error) {
				return f.Replay(records, event, endpoint, r.Event, now)
			})
		}
	}
	if r.Endpoint == "" {
		all = append(all, func(event pay.StoredEvent) (Replayed, error) {
			return f.ReplayCallback(records, event, r.Event, now)
		})
	}
	return all
}
