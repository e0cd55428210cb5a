package pay_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

var (
	colour = pay.Setting{Name: "wayl.colour", Help: "red or blue", Default: "red", Check: func(value string) error {
		if value != "red" && value != "blue" {
			return errors.New("there is red and blue")
		}
		return nil
	}}
	motto = pay.Setting{Name: "waypay.motto", Help: "any text", Check: nil}
	size  = pay.Setting{Name: "diddo.size", Help: "a size", Default: "1", Check: func(string) error {
		return fault.Invalidf("x", "y", "no size fits")
	}}
)

func withSettings(c *pay.Config) { c.Settings = []pay.Setting{colour, motto, size} }

func TestChangeSettings(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		settings := func() (now pay.Settings) {
			t.Helper()
			err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
				now, err = r.Settings(s.Shop.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return now
		}
		change := func(in pay.SettingsChange) error {
			in.Store, in.At = s.Shop.ID, s.Core.Now()
			if in.Actor.Kind == "" {
				in.Actor = s.Actor()
			}
			_, err := pay.Run(t.Context(), s.Core, pay.ChangeSettings, in)
			return err
		}
		if now := settings(); now.Get(colour) != "red" || now.Get(motto) != "" || len(now) != 0 {
			t.Errorf("by themselves %v", now)
		}
		if err := change(pay.SettingsChange{Set: map[string]string{"wayl.colour": "blue", "waypay.motto": " Ä, always "}}); err != nil {
			t.Fatal(err)
		}
		if err := change(pay.SettingsChange{Set: map[string]string{"waypay.motto": ""}}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(pay.Settings{"wayl.colour": "blue", "waypay.motto": ""}, settings()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := change(pay.SettingsChange{Unset: []string{"wayl.colour", "wayl.colour", "waypay.motto"}}); err != nil {
			t.Fatal(err)
		}
		if now := settings(); now.Get(colour) != "red" || len(now) != 0 {
			t.Errorf("after all are unset %v", now)
		}
		if got := s.Core.Settings(); len(got) != 3 || got[0].Name != colour.Name {
			t.Errorf("known %v", got)
		}

		for name, c := range map[string]struct {
			in   pay.SettingsChange
			code string
			says string
		}{
			"a value that is none of its": {pay.SettingsChange{Set: map[string]string{"wayl.colour": "green"}}, "bad_setting", "there is red and blue"},
			"what its check says":         {pay.SettingsChange{Set: map[string]string{"diddo.size": "2"}}, "bad_setting", "no size fits"},
			"a name that nobody has":      {pay.SettingsChange{Set: map[string]string{"wayl.smell": "x"}}, "unknown_setting", "wayl.smell"},
			"unsetting such a name":       {pay.SettingsChange{Unset: []string{"wayl.smell"}}, "unknown_setting", "wayl.smell"},
			"a long text":                 {pay.SettingsChange{Set: map[string]string{"waypay.motto": strings.Repeat("x", 1001)}}, "too_long", "1000"},
			"two lines":                   {pay.SettingsChange{Set: map[string]string{"waypay.motto": "a\nb"}}, "bad_text", "control"},
			"a buyer":                     {pay.SettingsChange{Actor: pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.Shop.ID}}, "store_access_denied", ""},
			"another store":               {pay.SettingsChange{Actor: pay.Actor{Kind: pay.ByStore, Env: pay.Test, Store: "STO_2"}}, "store_access_denied", ""},
		} {
			if err := change(c.in); fault.CodeOf(err) != c.code || !strings.Contains(fault.From(err).Message, c.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// One that is refused takes the others with it.
		if err := change(pay.SettingsChange{Set: map[string]string{"waypay.motto": "x", "wayl.smell": "y"}}); err == nil || len(settings()) != 0 {
			t.Errorf("%v left %v", err, settings())
		}
	}, withSettings)
}
