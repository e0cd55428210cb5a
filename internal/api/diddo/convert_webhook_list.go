package diddo

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Bounds of lists (spec/diddo.md §2).
const (
	usualListed = 20
	mostListed  = 100
)

// webhookFilter says which subscriptions a list holds.
type webhookFilter struct {
	limit, offset int
	active        *bool
	event         webhook.EventType
}

// toWebhookFilter reads the query. What is out of bounds is refused, not moved
// into them. Errors: Invalid, naming the parameter.
func toWebhookFilter(call *api.Call) (filter webhookFilter, err error) {
	query, err := queryOf(call)
	if err != nil {
		return filter, err
	}
	if filter.limit, err = toNumber(query, "limit", usualListed, 1, mostListed); err != nil {
		return filter, err
	}
	if filter.offset, err = toNumber(query, "offset", 0, 0, unlimited); err != nil {
		return filter, err
	}
	text, given, err := toText(query, "active")
	if err != nil {
		return filter, err
	}
	if given {
		active, err := strconv.ParseBool(text)
		if err != nil || text != strconv.FormatBool(active) {
			return filter, fault.Invalidf("active", "bad_active", "active must be true or false")
		}
		filter.active = &active
	}
	if text, given, err = toText(query, "event"); err != nil {
		return filter, err
	}
	if given {
		filter.event = webhook.EventType(text)
		if _, legal := Events(); !slices.Contains(legal, string(filter.event)) {
			return filter, fault.Invalidf("event", "unknown_event", "event: %q is not an event", fault.Echo(string(filter.event)))
		}
	}
	return filter, nil
}

func (f webhookFilter) leavesOut(e webhookEndpoint) bool {
	return f.active != nil && *f.active != (e.State == webhook.Active) || f.event != "" && !slices.Contains(e.Events, f.event)
}

// listWebhooks answers GET /webhook, newest first. There are never more than a
// store may have, so that all are read.
func (d *dialect) listWebhooks(ctx context.Context, call *api.Call) (pay.Answer, error) {
	filter, err := toWebhookFilter(call)
	if err != nil {
		return pay.Answer{}, err
	}
	var found []webhookEndpoint
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		found, err = ours(d.Endpoints(r), call.Actor())
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	slices.Reverse(found)
	found = slices.DeleteFunc(found, filter.leavesOut)
	list := webhookListWire{Webhooks: []webhookWire{}, Total: len(found), Limit: filter.limit, Offset: filter.offset}
	for _, endpoint := range found[min(filter.offset, len(found)):] {
		if len(list.Webhooks) == filter.limit {
			break
		}
		list.Webhooks = append(list.Webhooks, webhookOf(endpoint))
	}
	return api.Document(http.StatusOK, list)
}

// showWebhook answers GET /webhook/{id}.
func (d *dialect) showWebhook(ctx context.Context, call *api.Call) (pay.Answer, error) {
	webhookID, err := toWebhookID(call)
	if err != nil {
		return pay.Answer{}, err
	}
	var found webhookEndpoint
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		found, err = d.owned(r, call.Actor(), webhookID)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, webhookOf(found))
}
