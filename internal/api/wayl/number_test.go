package wayl_test

import "encoding/json"

// jsonNumber is a number as it is written.
func jsonNumber(text string) json.Number { return json.Number(text) }
