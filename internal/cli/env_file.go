package cli

import (
	"fmt"
	"io"
	"strings"

	"tillway/internal/operator"
)

// writeEnv writes the variables that Pancake's SDKs read (spec/pancake.md
// §14), and those of the other APIs, which have no names of their own. A private
// key is one line with \n for its line ends, which the SDKs undo.
func writeEnv(w io.Writer, made operator.SetupOut) error {
	for _, line := range []struct{ name, value string }{
		{"WAFFO_MERCHANT_ID", string(made.MerchantID)},
		{"WAFFO_STORE_ID", string(made.StoreID)},
		{"WAFFO_PRIVATE_KEY", made.Pancake.Test.PrivateKey},
		{"WAFFO_PROD_PRIVATE_KEY", made.Pancake.Prod.PrivateKey},
		{"WAFFO_WEBHOOK_TEST_PUBLIC_KEY", made.Pancake.Test.WebhookPublicKey},
		{"WAFFO_WEBHOOK_PROD_PUBLIC_KEY", made.Pancake.Prod.WebhookPublicKey},
		{"WAYPAY_API_KEY_TEST", made.Waypay.Test.APIKey},
		{"WAYPAY_SECRET_KEY_TEST", made.Waypay.Test.SecretKey},
		{"WAYPAY_API_KEY_LIVE", made.Waypay.Live.APIKey},
		{"WAYPAY_SECRET_KEY_LIVE", made.Waypay.Live.SecretKey},
		{"WAYL_TOKEN", made.Wayl.Token},
		{"DIDDO_API_KEY_TEST", made.Diddo.Test.APIKey},
		{"DIDDO_API_KEY_LIVE", made.Diddo.Live.APIKey},
	} {
		value := strings.ReplaceAll(strings.TrimSpace(line.value), "\n", `\n`)
		if _, err := fmt.Fprintf(w, "%s=\"%s\"\n", line.name, value); err != nil {
			return err
		}
	}
	return nil
}
