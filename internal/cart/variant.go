package cart

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Variant is a product as an environment sells it.
type Variant struct {
	Product     pay.ProductID
	Version     pay.VersionID
	Title       string
	Description string
	Media       []pay.Media
	Prices      pay.Prices
	Available   bool
	Options     []Option
}

// OptionType is how a customisation is asked for.
type OptionType string

// The types of options.
const (
	TextOption   OptionType = "text"
	SingleOption OptionType = "single_select"
	MultiOption  OptionType = "multi_select"
)

// Option is a customisation that a product offers.
type Option struct {
	Key      string     `json:"key"`
	Type     OptionType `json:"type"`
	Required bool       `json:"required"`
	Values   []string   `json:"options"`
}

// variant reads a product. One that is not the store's, or has no version in the
// environment, is none. Errors: pay.ErrProductNotFound.
func variant(r pay.Records, store pay.StoreID, env pay.Env, id pay.ProductID) (Variant, error) {
	product, err := r.Product(id)
	if err != nil {
		return Variant{}, err
	}
	if product.Store != store || product.Current(env) == "" {
		return Variant{}, pay.ErrProductNotFound
	}
	version, err := r.ProductVersion(product.Current(env))
	if err != nil {
		return Variant{}, err
	}
	return VariantOf(product.Status(env), version), nil
}

// VariantOf is a version of a product as it is sold.
func VariantOf(status pay.ProductStatus, version pay.ProductVersion) Variant {
	return Variant{
		Product: version.Product, Version: version.ID, Title: version.Name, Description: version.Description, Media: version.Media,
		Prices: version.Prices, Available: status == pay.ProductActive, Options: optionsOf(version.Metadata),
	}
}

// optionsOf reads the customisations that a product's metadata has under
// "customizations". A merchant may keep anything there; what is no list of
// options is none.
func optionsOf(metadata string) []Option {
	var held struct {
		Customizations []Option `json:"customizations"`
	}
	if json.Unmarshal([]byte(metadata), &held) != nil {
		return nil
	}
	return slices.DeleteFunc(held.Customizations, func(o Option) bool {
		return o.Key == "" || !slices.Contains([]OptionType{TextOption, SingleOption, MultiOption}, o.Type) || o.Type != TextOption && len(o.Values) == 0
	})
}

// maxChoiceText bounds a text that a buyer has put on a product, in characters.
const maxChoiceText = 500

// chosen checks an item against the variant it is of, and puts its choices in
// order. Errors: Invalid "item.variant_id" and "item.customizations".
func chosen(r pay.Records, cart Cart, item Item) ([]Choice, error) {
	sold, err := variant(r, cart.Store, cart.Env, item.Variant)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.Invalidf("item.variant_id", "variant_not_found", "There is no such variant")
	}
	if err != nil {
		return nil, err
	}
	if !sold.Available {
		return nil, fault.Invalidf("item.variant_id", "variant_unavailable", "The variant is not available")
	}
	for _, choice := range item.Choices {
		if err := sold.allows(choice); err != nil {
			return nil, err
		}
	}
	for _, option := range sold.Options {
		if option.Required && !slices.ContainsFunc(item.Choices, func(c Choice) bool { return c.Key == option.Key }) {
			return nil, badChoice("The customization %q is required", option.Key)
		}
	}
	choices := inOrder(item.Choices)
	for i := range choices[min(1, len(choices)):] {
		if choices[i].Key == choices[i+1].Key {
			return nil, badChoice("The customization %q is given twice", choices[i].Key)
		}
	}
	return choices, nil
}

func (v Variant) allows(choice Choice) error {
	i := slices.IndexFunc(v.Options, func(o Option) bool { return o.Key == choice.Key })
	if i < 0 {
		return badChoice("The product has no customization %q", choice.Key)
	}
	option := v.Options[i]
	if option.Type == TextOption {
		if choice.Text == "" || len(choice.Values) > 0 || utf8.RuneCountInString(choice.Text) > maxChoiceText {
			return badChoice("The customization %q takes a text_value of at most 500 characters", choice.Key)
		}
		_, err := pay.CleanText("item.customizations", choice.Text, 1, maxChoiceText)
		return err
	}
	if choice.Text != "" || len(choice.Values) == 0 || option.Type == SingleOption && len(choice.Values) > 1 {
		return badChoice("The customization %q takes a value of its options", choice.Key)
	}
	for _, value := range choice.Values {
		if !slices.Contains(option.Values, value) {
			return badChoice("The customization %q has no such option", choice.Key)
		}
	}
	return nil
}

func badChoice(format, key string) error {
	const most = 64
	if len(key) > most {
		key = key[:most]
	}
	return fault.Invalidf("item.customizations", "bad_customization", format, key)
}
