package wayl

import (
	"context"
	"fmt"
	"unicode/utf8"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Limits of links (spec/wayl.md §2.1). Those marked ours bound what travels in
// every event.
const (
	minTotal     = 1000
	maxReference = 255
	minLabel     = 3
	maxLabel     = 255
	minSecret    = 10
	maxSecret    = 255
	maxParameter = 2000 // ours
	maxLines     = 200  // ours
	codes        = 4    // candidates for a link's code
)

// toCreation reads a new link, and mints what it needs.
func (d *dialect) toCreation(ctx context.Context, call *api.Call, wire createLinkWire, found *problems) link.Creation {
	in := d.readLink(wire, found)
	d.vet(ctx, in, found)
	in.Actor, in.At = actor(call, in.Actor.Env), call.At
	in.ID, in.CallbackID = link.ID(call.IDs().CUID()), webhook.CallbackID(call.IDs().UUID())
	in.Session, in.Order = pay.SessionID(call.IDs().Session()), pay.OrderID(call.IDs().New(id.Order))
	for range codes {
		in.Codes = append(in.Codes, call.IDs().Code())
	}
	return d.links.Creation(in)
}

// vet sees to it that the webhooks of a link for real money go to the outside.
// In the test environment any address is taken, as by Wayl (spec/wayl.md §2.1);
// what must not be called is not called there either.
func (d *dialect) vet(ctx context.Context, in link.NewLink, found *problems) {
	if in.WebhookURL == "" || in.Actor.Env != pay.Prod || len(*found) > 0 {
		return
	}
	_, err := webhook.VetTarget(ctx, d.targets(in.Actor.Env), in.WebhookURL)
	found.keep("webhookUrl", err)
}

// readLink reads what the merchant says of a new link.
func (d *dialect) readLink(wire createLinkWire, found *problems) (in link.NewLink) {
	in.Actor.Env = d.toEnv(wire.Env, found)
	in.Reference = toReference(wire.ReferenceID, 1, found)
	in.Total = found.toDinars("total", wire.Total, minTotal)
	switch {
	case wire.Currency == nil:
		found.missing("currency")
	case *wire.Currency != string(link.Currency):
		found.addf("currency", "bad_currency", "currency must be %s", link.Currency)
	}
	if parameter := found.text("customParameter", wire.CustomParameter, 0, maxParameter); parameter != nil {
		in.Parameter = *parameter
	}
	in.Lines = toLines(wire.LineItem, found)
	checkSum(in.Lines, in.Total, found)
	in.WebhookURL = found.address("webhookUrl", wire.WebhookURL)
	in.Secret = toSecret(wire.WebhookSecret, found)
	in.Redirection = found.address("redirectionUrl", wire.RedirectionURL)
	in.ExpiresIn = link.DefaultLife
	if wire.LinkExpiresIn != nil {
		in.ExpiresIn = *wire.LinkExpiresIn
	}
	var err error
	in.Life, err = link.ParseLife(in.ExpiresIn)
	found.keep("linkExpiresIn", err)
	return in
}

func (d *dialect) toEnv(name *string, found *problems) pay.Env {
	if name == nil {
		return d.defaultEnv
	}
	switch *name {
	case "live":
		return pay.Prod
	case "test":
		return pay.Test
	}
	found.addf("env", "bad_env", "env must be live or test")
	return d.defaultEnv
}

// toReference reads the merchant's name for a link, exactly as it is written.
func toReference(value *string, least int, found *problems) string {
	return found.line("referenceId", value, least, maxReference)
}

// toSecret reads what webhooks are signed with, exactly as it is written.
func toSecret(value *string, found *problems) id.Secret {
	const field = "webhookSecret"
	if value == nil {
		return ""
	}
	if n := utf8.RuneCountInString(*value); n < minSecret || n > maxSecret {
		found.addf(field, "bad_length", "%s must have %d to %d characters", field, minSecret, maxSecret)
		return ""
	}
	if _, err := webhook.ParseSecret(Scheme, id.Secret(*value)); err != nil {
		found.addf(field, "bad_secret", "%s must not contain control characters", field)
		return ""
	}
	return id.Secret(*value)
}

// toLines reads what the total is made of; nil when something is wrong with it.
func toLines(wire []lineWire, found *problems) []link.Line {
	const field = "lineItem"
	if len(wire) > maxLines {
		found.addf(field, "too_many_lines", "%s must not have more than %d items", field, maxLines)
		return nil
	}
	lines := make([]link.Line, 0, len(wire))
	for i, one := range wire {
		at := fmt.Sprintf("%s[%d]", field, i)
		line := link.Line{Label: found.line(at+".label", one.Label, minLabel, maxLabel)}
		if one.Image != nil && *one.Image != "" { // clients send "" for none
			line.Image = found.address(at+".image", one.Image)
		}
		line.Amount = found.toDinars(at+".amount", one.Amount, 1)
		switch {
		case one.Type == nil:
			found.missing(at + ".type")
		case *one.Type != string(link.Increase) && *one.Type != string(link.Decrease):
			found.addf(at+".type", "bad_type", "%s.type must be increase or decrease", at)
		default:
			line.Effect = link.Effect(*one.Type)
		}
		lines = append(lines, line)
	}
	if found.has(field) {
		return nil
	}
	return lines
}

// checkSum compares the total with the lines, if there are any.
func checkSum(lines []link.Line, total money.Amount, found *problems) {
	if len(lines) == 0 || found.has("lineItem") || found.has("total") {
		return
	}
	sum, err := link.Sum(lines)
	if err != nil || sum != total {
		found.addf("total", "sum_mismatch", "total must equal the sum of the line items, which is %s", dinarsOf(sum))
	}
}

// fromLink answers a creation.
func (d *dialect) fromLink(_ *api.Call, l link.Link) (pay.Answer, error) {
	return created(d.linkWire(l), done)
}

// linkWire is a link as it is now.
func (d *dialect) linkWire(l link.Link) linkWire {
	wire := linkWire{
		CustomParameter: l.Parameter, ReferenceID: l.Reference, ID: string(l.ID), Total: string(dinarsOf(l.Total)),
		Currency: string(l.Total.Currency()), Code: l.Code, Type: "Order", Reversable: l.Reversible(), Status: string(l.Status),
		CompletedAt: timeOrNull(l.CompletedAt), CreatedAt: timeOf(l.CreatedAt), UpdatedAt: timeOf(l.UpdatedAt),
		URL: d.publicURL + "/pay/" + l.Code, WebhookURL: textOrNull(l.WebhookURL), RedirectionURL: textOrNull(l.Redirection),
		LinkExpiresIn: l.ExpiresIn,
	}
	if l.Payment != "" {
		wire.PaymentMethod = textOrNull(methodOf(l.Method))
	}
	return wire
}

func (d *dialect) linkWires(list []link.Link) []linkWire {
	wires := make([]linkWire, 0, len(list))
	for _, l := range list {
		wires = append(wires, d.linkWire(l))
	}
	return wires
}

// listLinks answers GET /links.
func (d *dialect) listLinks(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var found problems
	query := link.Query{Store: call.Actor().Store, Now: call.At}
	asked := found.query(call)
	query.Take, query.Skip = found.page(asked)
	query.Statuses = statusesIn[link.Status](&found, asked)
	if err := found.fault(); err != nil {
		return pay.Answer{}, err
	}
	var list []link.Link
	err := d.core.View(ctx, func(r pay.Records) (err error) {
		list, err = d.links.List(r, query)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return ok(d.linkWires(list), done)
}

// getLink answers GET /links/{referenceId}.
func (d *dialect) getLink(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var seen link.Link
	err := d.core.View(ctx, func(r pay.Records) (err error) {
		seen, err = d.links.Look(r, call.Actor().Store, call.PathValue("referenceId"), call.At)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return ok(d.linkWire(seen), "Link retrieved successfully.")
}

// invalidate answers POST /links/{referenceId}/invalidate and its sibling.
func (d *dialect) invalidate(ifPending bool) api.Handler {
	return func(ctx context.Context, call *api.Call) (pay.Answer, error) {
		seen, err := pay.Run(ctx, call.Core, d.links.Invalidate, link.Invalidation{
			Actor: call.Actor(), Reference: call.PathValue("referenceId"), IfPending: ifPending, At: call.At,
		})
		if err != nil {
			return pay.Answer{}, err
		}
		return created(d.linkWire(seen), done)
	}
}

// maxBatch is how many links one call can ask for (spec/wayl.md §2.6).
const maxBatch = 100

// errBadBatch is worded as Wayl does.
var errBadBatch = fault.New(fault.Invalid, "bad_batch", "Invalid request. Please provide an array of referenceIds (1-100 items).").
	WithField("referenceIds")

// batchLinks answers POST /links/batch. References that name nothing are absent
// from the answer, and one that is named twice is in it once.
func (d *dialect) batchLinks(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire batchWire
	found, _, err := read(call, &wire) // a body that is no object has no references
	if err != nil {
		return pay.Answer{}, err
	}
	if wire.ReferenceIDs == nil {
		found.missing("referenceIds")
	} else if n := len(*wire.ReferenceIDs); n < 1 || n > maxBatch {
		found.addf("referenceIds", "bad_batch", "referenceIds must have 1 to %d items", maxBatch)
	}
	if len(found) > 0 {
		return pay.Answer{}, errBadBatch.WithCause(found)
	}
	var list []link.Link
	if err := d.core.View(ctx, func(r pay.Records) (err error) {
		list, err = d.links.LookAll(r, call.Actor().Store, *wire.ReferenceIDs, call.At)
		return err
	}); err != nil {
		return pay.Answer{}, err
	}
	requested := len(*wire.ReferenceIDs)
	message := fmt.Sprintf("Found %d links out of %d requested reference IDs", len(list), requested)
	return api.Document(200, batchAnswerWire{
		envelope: envelope{Data: d.linkWires(list), Message: message, Success: true}, TotalRequested: requested, TotalFound: len(list),
	})
}
