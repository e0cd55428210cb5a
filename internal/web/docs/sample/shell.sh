#!/usr/bin/env bash
set -euo pipefail

url=<<shell .URL>>
path=<<.Path>>
body=<<shell .JSON>>
<<- if .Key>>

# Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
timestamp=$(date +%s)
hash=$(printf '%s' "$body" | openssl dgst -sha256 -binary | openssl base64 -A)
signature=$(printf '<<.Method>>\n%s\n%s\n%s' "$path" "$timestamp" "$hash" |
  openssl dgst -sha256 -sign <(printf '%b\n' "$WAFFO_PRIVATE_KEY") | openssl base64 -A)
<<- end>>

curl -sS --fail-with-body -X <<.Method>> "$url$path" \
  -H 'Content-Type: application/json' \
<<- if .Key>>
  -H "X-Merchant-Id: $WAFFO_MERCHANT_ID" \
  -H "X-Timestamp: $timestamp" \
  -H "X-Signature: $signature" \
<<- else if .Token>>
  -H "Authorization: Bearer $SESSION_TOKEN" \
  -H 'X-Environment: test' \
<<- else>>
  -H "X-Store-Slug: $STORE_SLUG" \
  -H 'X-Environment: test' \
<<- end>>
  --data-binary "$body"
