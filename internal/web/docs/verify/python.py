import base64
import json
import os
import sys
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding


def verify_webhook(body: bytes, header: str, public_key: bytes) -> dict:
    """Body is the request's raw body; raises when the signature is not good."""
    parts = dict(part.strip().split("=", 1) for part in header.split(","))
    age = time.time() - int(parts["t"]) / 1000
    if not -60 <= age <= 45 * 60:
        raise ValueError("too old")
    key = serialization.load_pem_public_key(public_key)
    signed = parts["t"].encode() + b"." + body
    key.verify(base64.b64decode(parts["v1"]), signed, padding.PKCS1v15(), hashes.SHA256())
    return json.loads(body)


# Here the body comes on standard input, X-Waffo-Signature in SIGNATURE.
pem = os.environ["WAFFO_WEBHOOK_TEST_PUBLIC_KEY"].replace("\\n", "\n").encode()
event = verify_webhook(sys.stdin.buffer.read(), os.environ["SIGNATURE"], pem)
print(event["eventType"], event["id"])
