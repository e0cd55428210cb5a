package app

import (
	"context"
	"net/http"
	"slices"

	"tillway/internal/api"
	"tillway/internal/api/listener"
	"tillway/internal/fanout"
	"tillway/internal/id"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/store"
	"tillway/internal/web/checkout"
	"tillway/internal/web/docs"
	"tillway/internal/webhook"
)

// dialect is one gateway's API, as the parts of the server need it. Each has a
// file of its own here and a line in dialects.
type dialect struct {
	// Its words, and how its webhooks are signed and how patiently they are sent.
	fanout.Dialect
	// events lists the names that a webhook may ask for; current is what "all
	// events" means.
	events func() (current, legal []string)
	// follower keeps the dialect's noun in step with the core; nil for the core's
	// own nouns.
	follower pay.Follower
	settings []pay.Setting // what a store may switch
	openAPI  []byte        // the contract, which the reference is made of
	// door is how the pages of its checkouts are addressed; the zero one is of the
	// core's own sales, whose pages name store and session.
	door checkout.Door
	// root is the subtree of paths without case, such as "/Gateway/"; "" where the
	// case of a path counts.
	root string
	// secret is what the webhooks of a store are signed with where one secret is
	// for all; nil draws one for each.
	secret func(ctx context.Context, store pay.StoreID, env pay.Env) (id.Secret, error)
	// serve mounts the API.
	serve func(mux *http.ServeMux, in service) error
	// serveToo mounts it under a root of the operator's choice as well, once all
	// else is mounted; nil where there is no choice.
	serveToo func(mux *http.ServeMux, served http.Handler, taken func(root string) bool, as Config) error
}

// ground is what dialects stand on also where nothing is served.
type ground struct {
	publicURL   string // "" where there is no server
	endpoints   func(pay.Records) webhook.Tx
	credentials *store.Auth
}

// service is what an API needs beside that.
type service struct {
	*App
	ground
	limiter api.Limiter
	trigger func(pay.Records, webhook.TriggerIn) ([]webhook.Delivery, error) // inserts a sample of an event
	hosted  *checkout.Handler
}

// dialects are all that the server speaks; the first is meant where none is
// named.
func dialects(on ground) []dialect {
	return []dialect{
		pancakeDialect(on),
		waylDialect(on),
		waypayDialect(on),
		diddoDialect(on),
	}
}

// doors are how the pages of other dialects' checkouts are addressed.
func doors(spoken []dialect) (list []checkout.Door) {
	for _, d := range spoken {
		if d.door.Prefix != "" {
			list = append(list, d.door)
		}
	}
	return list
}

// codecs are the dialects as events are told in them.
func codecs(spoken []dialect) (list []fanout.Dialect) {
	for _, d := range spoken {
		list = append(list, d.Dialect)
	}
	return list
}

// described are the dialects as the reference shows them.
func described(spoken []dialect) (list []docs.Dialect) {
	for _, d := range spoken {
		list = append(list, docs.Dialect{Name: d.Codec.Dialect(), OpenAPI: d.openAPI})
	}
	return list
}

// followers are the dialects whose nouns follow the core.
func followers(spoken []dialect) (list []pay.Follower) {
	for _, d := range spoken {
		if d.follower != nil {
			list = append(list, d.follower)
		}
	}
	return list
}

// roots are the subtrees whose paths have no case.
func roots(spoken []dialect) (list []string) {
	for _, d := range spoken {
		if d.root != "" {
			list = append(list, d.root)
		}
	}
	return list
}

// settings are what stores may switch of the dialects.
func settings(spoken []dialect) (list []pay.Setting) {
	for _, d := range spoken {
		list = slices.Concat(list, d.settings)
	}
	return list
}

// listenable are the dialects as a developer can listen to them.
func listenable(spoken []dialect) (list []listener.Dialect) {
	for _, d := range spoken {
		current, legal := d.events()
		list = append(list, listener.Dialect{
			Name: d.Codec.Dialect(), Current: current, Legal: legal, Scheme: d.Scheme, Secret: d.secret,
		})
	}
	return list
}

// tellable are the dialects as an operator can have webhooks told in them.
func tellable(spoken []dialect) (list []operator.WebhookDialect) {
	for _, d := range spoken {
		current, legal := d.events()
		list = append(list, operator.WebhookDialect{
			Name: d.Codec.Dialect(), Current: current, Legal: legal, Scheme: d.Scheme, Secret: d.secret,
		})
	}
	return list
}
