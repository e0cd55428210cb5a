package checkout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// scene is what every page of a known checkout shows around its own part.
type scene struct {
	ui.Frame
	Path     string // of the checkout, for links and forms
	Poll     string // the state that a script watches for a change, "" is none
	Next     string // where it goes then, "" is Path
	TestMode bool
	Store    storeView
	Item     itemView
	Quote    pay.Quote
	Untaxed  bool // the price is final, and no tax is added to it
	// Discount and Tax are what the seller says of the price, "" is nothing.
	Discount, Tax string
	Cancel        bool // the buyer may give the purchase up here
	// The words of the summary.
	SummaryHeading string
	TaxLabel       string
	TotalLabel     string
	// Problems is the error summary, under ProblemTitle.
	Problems     []ui.Problem
	ProblemTitle string
}

// storeView is who sells.
type storeView struct {
	Name     string
	Initial  string
	Logo     string // "" is none
	DarkLogo string // where the device likes it dark; "" is Logo
	Website  string
	Email    string // for support
}

// itemView is what is sold.
type itemView struct {
	Name        string
	Description string
	Excerpt     string // its beginning, "" when the whole is short
	Picture     string // "" is none
	PictureText string
}

// sceneOf sets the stage; title is a text that has {{.Store}} in it.
func (h *Handler) sceneOf(v *visit, title i18n.Key, problems []ui.Problem) scene {
	look := v.look
	name := v.language.Say(title, "Store", look.Store.Name)
	if len(problems) > 0 {
		name = v.language.Say(i18n.Key("title.problem"), "Title", name)
	}
	frame := h.frame(v, name)
	frame.Scripts = []string{"checkout.js"}
	s := scene{
		Frame: frame,
		Path:  v.path(), TestMode: v.testMode(), Store: storeOf(look.Store, frame.Scheme), Item: itemOf(look.Product),
		Quote: look.Quote, Untaxed: look.Session.Form != pay.FormBilling, Cancel: cancelable(look), SummaryHeading: v.language.Say(i18n.Key("summary.pay"), "Store", look.Store.Name),
		TaxLabel: taxLabel(v.language, look.Quote), TotalLabel: v.language.Say(i18n.Key("summary.total")),
		Discount: look.Session.Item.Discount, Tax: look.Session.Item.Tax,
		Problems: problems, ProblemTitle: v.language.Say(i18n.Key("problem.title"), "Count", len(problems)),
	}
	return s
}

// frame is what the layout shows around a page of this store.
func (h *Handler) frame(v *visit, title string) ui.Frame {
	return ui.Frame{
		Title: title, Scheme: schemeOf(v.look), Styles: []string{"checkout.css"}, Sheets: themeAddresses(v.look.Store),
		Languages: h.languages(v.r, v.path(), v.language),
	}
}

// write draws a page of a known checkout.
func (h *Handler) write(v *visit, status int, page string, pictures []string, view any) {
	ui.SecureForm(v.w.Header(), h.leads(v.look), pictures...)
	if err := h.pages.Write(v.w, status, v.language, page, view); err != nil {
		h.fail(v, err)
	}
}

// pictures are the foreign images of the scene, which the policy has to name.
func (s scene) pictures() []string {
	return []string{s.Store.Logo, s.Store.DarkLogo, s.Item.Picture}
}

// schemeOf is the colour scheme: the session's own wish, else the store's
// default, else the device's (spec/pancake.md §8).
func schemeOf(look pay.Checkout) ui.Scheme {
	dark := look.Session.DarkMode
	if dark == nil {
		dark = look.Store.Checkout.DarkByDefault
	}
	switch {
	case dark == nil:
		return ui.DeviceScheme
	case *dark:
		return ui.Dark
	}
	return ui.Light
}

func storeOf(s pay.Store, scheme ui.Scheme) storeView {
	first, _ := utf8.DecodeRuneInString(s.Name)
	view := storeView{Name: s.Name, Initial: string(unicode.ToUpper(first)), Website: s.Website, Email: s.SupportEmail}
	light, dark := logoOf(s, s.Checkout.Light), logoOf(s, s.Checkout.Dark)
	switch {
	case scheme == ui.Dark:
		view.Logo = dark
	case scheme == ui.DeviceScheme && dark != light && dark != "":
		view.Logo, view.DarkLogo = light, dark
	default:
		view.Logo = light
	}
	return view
}

// excerptLength is how many characters of a description the summary shows.
const excerptLength = 220

func itemOf(p pay.ProductVersion) itemView {
	view := itemView{Name: p.Name, Description: strings.TrimSpace(p.Description)}
	if utf8.RuneCountInString(view.Description) > excerptLength {
		cut := string([]rune(view.Description)[:excerptLength])
		if space := strings.LastIndexFunc(cut, unicode.IsSpace); space > 0 {
			cut = cut[:space]
		}
		view.Excerpt = strings.TrimSpace(cut) + "…"
	}
	for _, m := range p.Media {
		picture := m.URL
		if m.Type != "image" {
			picture = m.Thumbnail
		}
		if ui.ImageAllowed(picture) {
			view.Picture, view.PictureText = picture, m.Alt
			break
		}
	}
	return view
}

// taxLabel names the tax with its rate: "VAT (19%)".
func taxLabel(l *i18n.Language, q pay.Quote) string {
	if q.Rate.Name == "" || q.Rate.Name == pay.NoTax {
		return l.Say(i18n.Key("summary.tax"))
	}
	return l.Say(i18n.Key("summary.tax_rate"), "Name", q.Rate.Name, "Percent", q.Rate.Rate.Percent())
}
