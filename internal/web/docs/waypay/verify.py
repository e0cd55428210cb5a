import hashlib
import hmac
import os
import sys
import time

TOLERANCE_SECONDS = 300


def verify(body, timestamp, signature, secret):
    """Whether a webhook is genuine and fresh. body is the raw body in bytes."""
    if not timestamp.isascii() or not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


# Here the body comes on standard input, and the headers X-Waypay-Timestamp and
# X-Waypay-Signature in variables.
env = os.environ
if not verify(sys.stdin.buffer.read(), env.get("TIMESTAMP", ""), env.get("SIGNATURE", ""), env["WAYPAY_SECRET_KEY"]):
    sys.exit("refused")
print("accepted")
