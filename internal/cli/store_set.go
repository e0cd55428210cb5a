package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

type storeSetCommand struct {
	config.Data        `embed:""`
	Store              string   `arg:"" name:"store-id" help:"The store, STO_…"`
	Name               *string  `placeholder:"NAME" help:"Name, 1 to 48 characters. Its pages get a new address; the old one goes on leading there."`
	Status             *string  `placeholder:"STATUS" help:"active or inactive: an inactive store sells nothing."`
	Logo               *string  `placeholder:"URL" help:"Address of its picture; an empty one removes it."`
	SupportEmail       *string  `placeholder:"EMAIL" help:"Where buyers ask; an empty one removes it."`
	Website            *string  `placeholder:"URL" help:"Its own site; an empty one removes it."`
	LateCapture        *string  `placeholder:"WAY" help:"What becomes of money that comes after its order has ended: refund or honour."`
	Notify             []string `sep:"none" placeholder:"NAME=on|off" help:"Turn a message on or off. Repeat it for more; all=on turns every one on."`
	Checkout           []string `sep:"none" placeholder:"MEMBER=VALUE" help:"How its pages look, such as light.checkoutColorPrimary=#2f4bd8 or defaultDarkMode=true; an empty value clears the member. Repeat it for more."`
	ResetCheckout      bool     `help:"Clear all of the looks, before --checkout."`
	ManualInstructions *string  `xor:"manual" placeholder:"TEXT" help:"What buyers read who pay by bank transfer or in cash; an empty text stops offering it."`
	ManualFile         string   `xor:"manual" placeholder:"FILE" help:"The same, read from a file; - reads standard input."`
	Fee                []string `sep:"none" placeholder:"RULE" help:"What the platform keeps of each payment in a currency: 'PKR 2.5% + 10', 'IQD 3%', 'PKR none'. Repeat it for more currencies."`
	FeeName            string   `placeholder:"NAME" help:"What the rules of --fee are called where a payment shows its fee. Default: as before, or Standard."`
	Set                []string `sep:"none" placeholder:"NAME=VALUE" help:"A setting of an API, as store show lists them. Repeat it for more."`
	Unset              []string `sep:"none" placeholder:"NAME" help:"Let a setting's default count again. Repeat it for more."`
	JSON               bool     `help:"Print one JSON object."`
}

// maxInstructionsFile is more than a text of the longest length takes, in bytes.
const maxInstructionsFile = 16 << 10

// Run changes a store, all of it or nothing.
func (c *storeSetCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	in, err := c.input()
	if err != nil {
		return outcome{exitFailed, err}
	}
	var store operator.StoreDetail
	err = operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		store, err = o.SetStore(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, store)
	}
	return c.tell(s.Out, store)
}

// input is what was asked for, by the flags that were given.
func (c *storeSetCommand) input() (in operator.SetStoreIn, err error) {
	in = operator.SetStoreIn{
		Store: pay.StoreID(c.Store), Name: c.Name, Status: (*pay.StoreStatus)(c.Status), Logo: c.Logo, SupportEmail: c.SupportEmail,
		Website: c.Website, LateCapture: (*pay.LateCapture)(c.LateCapture), ManualInstructions: c.ManualInstructions,
		ResetCheckout: c.ResetCheckout, Fees: c.Fee, FeeName: c.FeeName, Unset: c.Unset,
	}
	if c.ManualFile != "" {
		text, err := readSmallFile(c.ManualFile, maxInstructionsFile)
		if err != nil {
			return in, err
		}
		in.ManualInstructions = &text
	}
	if in.Checkout, err = assignments("--checkout", c.Checkout); err != nil {
		return in, err
	}
	if in.Settings, err = assignments("--set", c.Set); err != nil {
		return in, err
	}
	switches, err := assignments("--notify", c.Notify)
	if err != nil {
		return in, err
	}
	if in.Notifications, in.ResetNotifications, err = notifications(switches); err != nil {
		return in, err
	}
	switch {
	case c.FeeName != "" && len(c.Fee) == 0:
		return in, fault.Invalidf("--fee-name", "usage", "--fee-name goes with --fee")
	case c.changes() == 0 && c.ManualInstructions == nil && c.ManualFile == "":
		return in, fault.Invalidf("", "nothing_to_set", "There is nothing to set").WithHint("See tillway store set --help")
	}
	return in, nil
}

// changes counts what is asked for beside manual instructions.
func (c *storeSetCommand) changes() int {
	n := len(c.Notify) + len(c.Checkout) + len(c.Fee) + len(c.Set) + len(c.Unset)
	for _, text := range []*string{c.Name, c.Status, c.Logo, c.SupportEmail, c.Website, c.LateCapture} {
		if text != nil {
			n++
		}
	}
	if c.ResetCheckout {
		n++
	}
	return n
}

// tell says what became of the store.
func (c *storeSetCommand) tell(w io.Writer, store operator.StoreDetail) (err error) {
	if c.ManualInstructions != nil || c.ManualFile != "" {
		said := "offers payment by bank transfer or in cash in checkouts that are opened from now on"
		if store.ManualInstructions == "" {
			said = "offers no payment by bank transfer or in cash any more"
		}
		_, err = fmt.Fprintf(w, "Store %s (%s) %s.\n", store.ID, store.Name, said)
	}
	if err == nil && c.changes() > 0 {
		_, err = fmt.Fprintf(w, "Store %s (%s) is changed. All of it: tillway store show %s\n", store.ID, store.Name, store.ID)
	}
	return err
}

// assignments reads NAME=VALUE lines. Errors: Invalid "bad_assignment".
func assignments(flag string, lines []string) (map[string]string, error) {
	values := map[string]string{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fault.Invalidf(flag, "bad_assignment", "%s takes a name, = and a value, got %q", flag, line)
		}
		values[strings.TrimSpace(name)] = value
	}
	return values, nil
}

// notifications reads switches; the name "all" stands for every message that a
// merchant may turn. Errors: Invalid "bad_switch".
func notifications(values map[string]string) (switches map[pay.Notification]bool, reset bool, err error) {
	switches = map[pay.Notification]bool{}
	for name, value := range values {
		if value != "on" && value != "off" {
			return nil, false, fault.Invalidf("--notify", "bad_switch", "--notify %s is on or off, got %q", name, value)
		}
		switch {
		case name != "all":
			switches[pay.Notification(name)] = value == "on"
		case value == "on":
			reset = true
		default:
			return nil, false, fault.Invalidf("--notify", "bad_switch", "--notify all takes on alone").WithHint("Name the messages to be turned off")
		}
	}
	return switches, reset, nil
}
