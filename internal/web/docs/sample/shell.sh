#!/usr/bin/env bash
set -euo pipefail

url=<<shell .URL>>
path=<<shell .Path>>
<<- if .Body>>
body=<<shell .JSON>>
<<- end>>
<<- if .RSA>>

# Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
timestamp=$(date +%s)
hash=$(printf '%s' "$body" | openssl dgst -sha256 -binary | openssl base64 -A)
signature=$(printf '<<.Method>>\n%s\n%s\n%s' "$path" "$timestamp" "$hash" |
  openssl dgst -sha256 -sign <(printf '%b\n' "$WAFFO_PRIVATE_KEY") | openssl base64 -A)
<<- else if .MD5>>

# Sign the members: sorted by name, in lower case, the secret key behind them.
base=<<shell .Base>>
signature=$(printf '%s%s' "$base" "$WAYPAY_SECRET_KEY_TEST" | openssl dgst -md5 -r | cut -d ' ' -f 1)
body="${body%\}}, \"signature\": \"$signature\"}"
<<- end>>

curl -sS --fail-with-body -X <<.Method>> "$url$path"
<<- if .Body>> \
  -H 'Content-Type: application/json'
<<- end>>
<<- range .Headers>> \
<<- if .Variable>>
  -H "<<.Name>>: <<.Prefix>>$<<.Variable>>"
<<- else>>
  -H '<<.Name>>: <<.Value>>'
<<- end>>
<<- end>>
<<- if .RSA>> \
  -H "X-Timestamp: $timestamp" \
  -H "X-Signature: $signature"
<<- end>>
<<- if .File>> \
  --output <<.File>>
<<- end>>
<<- if .Body>> \
  --data-binary "$body"
<<- end>>
