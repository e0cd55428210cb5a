#!/usr/bin/env bash
# The raw body comes on standard input, X-Waffo-Signature in $SIGNATURE.
set -euo pipefail

dir=$(mktemp -d); trap 'rm -r "$dir"' EXIT
printf '%b\n' "$WAFFO_WEBHOOK_TEST_PUBLIC_KEY" > "$dir/key.pem"
t=${SIGNATURE#*t=}; t=${t%%,*}
printf '%s' "${SIGNATURE#*v1=}" | openssl base64 -d -A > "$dir/signature"

# The signed bytes are the time, a full stop and the body as it came.
{ printf '%s.' "$t"; cat; } |
  openssl dgst -sha256 -verify "$dir/key.pem" -signature "$dir/signature"

age=$(( $(date +%s) - t / 1000 ))
(( age <= 45 * 60 && age >= -60 ))
