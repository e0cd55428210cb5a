import hashlib
import hmac
import json
import os
import sys
<<- if .Stamped>>
import time
<<- end>>


def verify_webhook(body: bytes, header: str,<<if .Stamp>> t: str,<<end>> secret: str) -> dict:
    """Body is the request's raw body; raises when the signature is not good."""
<<- if .Listed>>
    parts = [part.strip().partition("=") for part in header.split(",")]
    t = "".join(value for name, _, value in parts if name == "t")
    # There are several v1 while a secret is exchanged for another.
    given = [value for name, _, value in parts if name == "v1"]
<<- else>>
    given = [header]
<<- end>>
<<- if .Stamped>>
    if not abs(time.time() - int(t)) <= 300:
        raise ValueError("too old")
    signed = t.encode() + b"." + body
<<- else>>
    signed = body
<<- end>>
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise ValueError("not from this server")
    return json.loads(body)


# Here the body comes on standard input, <<.Header>> in SIGNATURE
<<- if .Stamp>>,
# <<.Stamp>> in TIMESTAMP<<end>>.
env = os.environ
print(verify_webhook(sys.stdin.buffer.read(), env["SIGNATURE"],<<if .Stamp>> env["TIMESTAMP"],<<end>> env["<<.Secret>>"]))
