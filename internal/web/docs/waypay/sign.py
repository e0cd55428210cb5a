import hashlib
import json
import os
import sys
from decimal import Decimal


def text(value):
    """A value as it stands in the base string; None takes no part."""
    if value is None or value == "" or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def sign(body, secret):
    """The signature of a request's body. Send json.dumps of the same dictionary
    with the signature added."""
    members = []
    for name, value in body.items():
        key = name.lower()
        if key == "signature":
            continue
        # Of objects, orderRef alone takes part, as the documentation's example has it.
        if key == "orderref" and isinstance(value, dict):
            members.append((key, json.dumps(value, separators=(",", ":"))))
        elif (shown := text(value)) is not None:
            members.append((key, shown))
    base = "&".join(f"{key}={value}" for key, value in sorted(members))
    return hashlib.md5((base + secret).encode("utf-8")).hexdigest()


# Here the body comes on standard input. A Decimal keeps the digits of an amount.
body = json.loads(sys.stdin.buffer.read(), parse_float=Decimal)
print(sign(body, os.environ["WAYPAY_SECRET_KEY"]))
