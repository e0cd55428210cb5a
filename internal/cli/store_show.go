package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

type storeShowCommand struct {
	config.Data `embed:""`
	Store       string `arg:"" name:"store-id" help:"The store, STO_…"`
	JSON        bool   `help:"Print one JSON object."`
}

// Run shows a store.
func (c *storeShowCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var store operator.StoreDetail
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		store, err = o.ShowStore(ctx, operator.ShowStoreIn{Store: pay.StoreID(c.Store)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, store)
	}
	return printStore(s.Out, store)
}

// printStore says what a store is, and by which flag of store set it changes.
func printStore(w io.Writer, store operator.StoreDetail) error {
	production := "not yet approved; see tillway store approve"
	if store.ProdEnabled {
		production = "approved"
	}
	_, _ = fmt.Fprintf(w, "Store %s\n\n", store.ID)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(flag, name, value string) {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", harmless(name), harmless(cmp.Or(value, "-")), flag)
	}
	line("--name", "name", store.Name)
	line("", "address of its pages", "/store/"+store.Slug)
	line("--status", "status", string(store.Status))
	line("", "prod environment", production)
	line("--late-capture", "late capture", string(store.LateCapture))
	line("--support-email", "support e-mail", store.SupportEmail)
	line("--website", "website", store.Website)
	line("--logo", "logo", store.Logo)
	for _, member := range looks(store.Checkout) {
		line("--checkout "+member.name, "looks", member.value)
	}
	for _, fee := range store.Fees {
		line("--fee", "fee ("+fee.Name+")", fee.Rule)
	}
	if len(store.Fees) == 0 {
		line("--fee", "fee", "none")
	}
	for _, message := range slices.Sorted(maps.Keys(store.Notifications)) {
		flag := "--notify " + string(message)
		if !message.MerchantMay() {
			flag = "(the platform's: " + string(message) + ")"
		}
		line(flag, "notification", onOff(store.Notifications[message]))
	}
	for _, setting := range store.Settings {
		value := setting.Value
		if !setting.Set {
			value = cmp.Or(value, "-") + " (default)"
		} else if setting.Value != setting.Default {
			value = fmt.Sprintf("%s (default: %s)", cmp.Or(value, "-"), cmp.Or(setting.Default, "-"))
		}
		line("--set "+setting.Name, "setting", value)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, setting := range store.Settings {
		_, _ = fmt.Fprintf(w, "\n%s: %s\n", setting.Name, setting.Help)
	}
	if store.ManualInstructions == "" {
		_, err := fmt.Fprintln(w, "\nIt offers no payment by bank transfer or in cash (--manual-instructions).")
		return err
	}
	_, _ = fmt.Fprintln(w, "\nWho pays by bank transfer or in cash reads (--manual-instructions):")
	for text := range strings.Lines(store.ManualInstructions) {
		if _, err := fmt.Fprintf(w, "  %s\n", harmless(strings.TrimRight(text, "\r\n"))); err != nil {
			return err
		}
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// look is one member of a store's looks by the name that --checkout takes.
type look struct{ name, value string }

// looks lists the members that are set.
func looks(a pay.Appearance) (set []look) {
	if a.DarkByDefault != nil {
		set = append(set, look{"defaultDarkMode", fmt.Sprint(*a.DarkByDefault)})
	}
	for _, scheme := range []struct {
		name  string
		theme pay.Theme
	}{{"light", a.Light}, {"dark", a.Dark}} {
		for _, member := range []look{
			{"checkoutLogo", scheme.theme.Logo},
			{"checkoutColorPrimary", scheme.theme.Primary},
			{"checkoutColorBackground", scheme.theme.Background},
			{"checkoutColorCard", scheme.theme.Card},
			{"checkoutColorText", scheme.theme.Text},
			{"checkoutBorderRadius", scheme.theme.Radius},
		} {
			if member.value != "" {
				set = append(set, look{scheme.name + "." + member.name, member.value})
			}
		}
	}
	return set
}
