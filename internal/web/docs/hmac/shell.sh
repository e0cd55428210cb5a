#!/usr/bin/env bash
# The raw body comes on standard input, <<.Header>> in $SIGNATURE
<<- if .Stamp>>,
# <<.Stamp>> in $TIMESTAMP<<end>>.
set -euo pipefail
<<if .Listed>>
t=${SIGNATURE#*t=}; t=${t%%,*}
<<- else if .Stamp>>
t=$TIMESTAMP
<<- end>>
<<- if .Stamped>>
[[ $t =~ ^[0-9]{1,12}$ ]]
age=$(( $(date +%s) - t ))
(( age <= 300 && age >= -300 ))

# The signed bytes are the time, a full stop and the body as it came.
expected=$({ printf '%s.' "$t"; cat; } |
<<- else>>
# The signed bytes are the body as it came.
expected=$(cat |
<<- end>>
  openssl dgst -sha256 -hmac "$<<.Secret>>" -r | cut -d ' ' -f 1)
<<- if .Listed>>
# There are several v1 while a secret is exchanged for another.
[[ ,$SIGNATURE, == *",v1=$expected,"* ]]
<<- else>>
[[ $SIGNATURE == "$expected" ]]
<<- end>>
echo verified
