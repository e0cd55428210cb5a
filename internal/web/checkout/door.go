package checkout

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tillway/internal/id"
	"tillway/internal/pay"
)

// Door is how an address leads to the checkouts of a dialect: a prefix, which
// other dialects may share, and behind it a public name of the session (see
// pay.NewSale.Handles).
type Door struct {
	Prefix  string // such as "/pay/"
	Dialect pay.Dialect
	// LeadsBack has the dialect's purchases lead the browser on also when they end
	// unpaid. Else the page stays, with a link.
	LeadsBack bool
	// Ends are the words of the member "status" by which the address for those who
	// give up tells why the purchase ended; an end without one leaves the address
	// as it is.
	Ends map[pay.CheckoutEnd]string
	// Former are other forms of the address, which lead on to Prefix. Their
	// handle is the member "id" of the query.
	Former []FormerAddress
}

// FormerAddress is a path that leads on to a door.
type FormerAddress struct {
	Path     string
	Language string // of the page, "" leaves it to the browser
}

// door is the Doors of one prefix at work. The zero door is the shop's own: the
// address names the store and the session (spec/pancake.md §1).
type door struct {
	prefix string
	leads  map[pay.Dialect]Door
}

// byPrefix are the doors by their prefix, in the order in which those come first.
func byPrefix(all []Door) (list []door) {
	for _, d := range all {
		at := slices.IndexFunc(list, func(other door) bool { return other.prefix == d.Prefix })
		if at < 0 {
			at, list = len(list), append(list, door{prefix: d.Prefix, leads: map[pay.Dialect]Door{}})
		}
		list[at].leads[d.Dialect] = d
	}
	return list
}

func (d door) own() bool { return d.prefix == "" }

// former are the other forms of the address.
func (d door) former() (list []FormerAddress) {
	for _, led := range d.leads {
		list = append(list, led.Former...)
	}
	return list
}

// pattern is the path of its pages.
func (d door) pattern() string {
	if d.own() {
		return "/store/{slug}/checkout/{id}"
	}
	return d.prefix + "{token}"
}

// cookiePath is where the browser shows itself.
func (d door) cookiePath() string {
	if d.own() {
		return "/store/"
	}
	return d.prefix
}

// page is the address of the page that a request belongs to, also when it is
// one of a step such as /pay; for what is no page of a checkout, its own.
func (d door) page(r *http.Request) string {
	if !d.own() {
		return d.prefix + url.PathEscape(r.PathValue("token"))
	}
	at := r.URL.EscapedPath()
	if checkout := "/store/" + url.PathEscape(r.PathValue("slug")) + "/checkout/"; strings.HasPrefix(at, checkout) {
		return checkout + url.PathEscape(r.PathValue("id"))
	}
	return at
}

// session finds which session the address means. Errors: pay.ErrSessionNotFound,
// also for what can be no name of one.
func (d door) session(ctx context.Context, core *pay.Core, r *http.Request) (session pay.SessionID, err error) {
	if d.own() {
		session = pay.SessionID(r.PathValue("id"))
		if _, err := id.ParseSession(string(session)); err != nil {
			return "", pay.ErrSessionNotFound
		}
		return session, nil
	}
	handle := r.PathValue("token")
	if !pay.IsHandle(handle) {
		return "", pay.ErrSessionNotFound
	}
	err = core.View(ctx, func(r pay.Records) error {
		found, err := r.SessionByHandle(handle)
		session = found.ID
		return err
	})
	return session, err
}

// admits reports whether a session is to be found behind the door.
func (d door) admits(session pay.Session) bool {
	if d.own() {
		return session.Dialect == ""
	}
	_, admitted := d.leads[session.Dialect]
	return admitted
}

// leadsBack reports whether a purchase that ended unpaid leads the browser on.
func (d door) leadsBack(session pay.Session) bool {
	return d.leads[session.Dialect].LeadsBack
}

// back is where a purchase that ended unpaid leads, "" is nowhere.
func (d door) back(look pay.Checkout) string {
	end := look.Ended()
	word, known := d.leads[look.Session.Dialect].Ends[end]
	address, fragment, hasFragment := strings.Cut(look.Session.CancelURL, "#")
	before, query, asked := strings.Cut(address, "?")
	if end == "" {
		return ""
	}
	if !known || !asked {
		return look.Session.CancelURL
	}
	members := strings.Split(query, "&")
	for i, member := range members {
		if strings.HasPrefix(member, "status=") {
			members[i] = "status=" + url.QueryEscape(word)
		}
	}
	led := before + "?" + strings.Join(members, "&")
	if hasFragment {
		led += "#" + fragment
	}
	return led
}

// through is the handler behind a door. Its guard is its own, because the page
// that refuses leads back to the door.
func (h *Handler) through(d door) (*Handler, error) {
	behind := *h
	behind.door = d
	return &behind, behind.watch()
}

// leadFormer sends a former address on to the door's own. What it asks for
// besides is not known here and is dropped, but for the language.
func (h *Handler) leadFormer(former FormerAddress) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A language that is not spoken here leaves the path's.
		handle, language := r.URL.Query().Get("id"), cmp.Or(h.spoken(r.URL.Query().Get("lang")), former.Language)
		if !pay.IsHandle(handle) {
			h.missing(h.visit(w, r))
			return
		}
		to := url.URL{Path: h.door.prefix + handle}
		if language != "" {
			to.RawQuery = url.Values{"lang": {language}}.Encode()
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
	}
}
