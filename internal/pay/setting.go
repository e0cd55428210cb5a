package pay

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"tillway/internal/fault"
)

// Setting is a switch of a store in one dialect, declared by the dialect's own
// package and listed in Config.Settings.
type Setting struct {
	Name    string // the dialect and a name, such as "wayl.webhook_status_vocabulary"
	Help    string // one sentence, with the values that it takes
	Default string
	Check   func(string) error // of a value; nil takes any text
}

// maxSetting bounds a value, in characters.
const maxSetting = 1000

// Settings are what a store has set, by the names of the settings.
type Settings map[string]string

// Get is a setting's value, its default when the store has set none.
func (s Settings) Get(setting Setting) string {
	if value, set := s[setting.Name]; set {
		return value
	}
	return setting.Default
}

type settingRecords interface {
	// Settings are those that a store has set.
	Settings(StoreID) (Settings, error)
	PutSetting(store StoreID, name, value string, at time.Time)
	// DropSetting lets the default count again.
	DropSetting(store StoreID, name string)
}

// Settings lists every setting that a store has.
func (c *Core) Settings() []Setting { return c.settings }

// SettingsChange is the input of ChangeSettings.
type SettingsChange struct {
	Actor Actor
	Store StoreID
	Set   map[string]string // values by name
	Unset []string          // names whose default counts again
	At    time.Time
}

// ChangeSettings changes a store's settings.
// Errors: Invalid, with the setting's name as field: "unknown_setting",
// "bad_setting"; ErrStoreNotFound, ErrNoStoreAccess.
func ChangeSettings(_ context.Context, tx Tx, in SettingsChange) (Store, error) {
	store, err := tx.Store(in.Store)
	if err != nil {
		return Store{}, err
	}
	if err := Permit(tx, in.Actor, store.ID, Admin); err != nil {
		return Store{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(in.Set)) {
		value, err := tx.judgeSetting(name, in.Set[name])
		if err != nil {
			return Store{}, err
		}
		tx.PutSetting(store.ID, name, value, in.At)
	}
	for _, name := range in.Unset {
		if _, err := tx.setting(name); err != nil {
			return Store{}, err
		}
		tx.DropSetting(store.ID, name)
	}
	return store, nil
}

// judgeSetting is the value as it is kept.
func (tx Tx) judgeSetting(name, raw string) (string, error) {
	setting, err := tx.setting(name)
	if err != nil {
		return "", err
	}
	value, err := CleanText(name, raw, 0, maxSetting)
	if err != nil {
		return "", err
	}
	if setting.Check == nil {
		return value, nil
	}
	if err := setting.Check(value); err != nil {
		why := err.Error()
		if told, ok := errors.AsType[*fault.Error](err); ok {
			why = told.Message
		}
		return "", fault.Invalidf(name, "bad_setting", "%s: %s", name, why).WithHint(setting.Help)
	}
	return value, nil
}

// setting finds a setting by its name.
func (tx Tx) setting(name string) (Setting, error) {
	names := make([]string, 0, len(tx.settings))
	for _, setting := range tx.settings {
		if setting.Name == name {
			return setting, nil
		}
		names = append(names, setting.Name)
	}
	hint := "There are no settings"
	if len(names) > 0 {
		hint = "There are " + strings.Join(names, ", ")
	}
	return Setting{}, fault.Invalidf(fault.Echo(name), "unknown_setting", "There is no setting %q", fault.Echo(name)).WithHint(hint)
}
