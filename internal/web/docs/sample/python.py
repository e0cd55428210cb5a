<<if .RSA>>import base64
import hashlib
<<else if .MD5>>import hashlib
<<end ->>
import json
import os
<<- if .RSA>>
import time
<<- end>>
import urllib.error
import urllib.request
<<- if .RSA>>

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
<<- end>>
<<if .MD5>>

def sign(members, secret):
    """The members by name in lower case, the secret key behind them."""
    pairs = {}
    for name, value in members.items():
        key = name.lower()
        if key == "signature" or value is None or value == "":
            continue
        if isinstance(value, bool):
            pairs[key] = "true" if value else "false"
        elif key == "orderref" and isinstance(value, dict):  # of objects, this one alone
            pairs[key] = json.dumps(value, separators=(",", ":"))
        elif not isinstance(value, (dict, list)):
            pairs[key] = str(value)
    base = "&".join(f"{key}={value}" for key, value in sorted(pairs.items()))
    return hashlib.md5((base + secret).encode()).hexdigest()

<<end>>
path = <<quote .Path>>
<<- if .MD5>>
members = <<.Python>>
members["signature"] = sign(members, os.environ["WAYPAY_SECRET_KEY_TEST"])
body = json.dumps(members).encode()
<<- else if .Body>>
body = json.dumps(<<.Python>>).encode()
<<- end>>
<<- if .RSA>>

# Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
pem = os.environ["WAFFO_PRIVATE_KEY"].replace("\\n", "\n").encode()
private_key = serialization.load_pem_private_key(pem, password=None)
timestamp = str(int(time.time()))
body_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
text = "\n".join(["<<.Method>>", path, timestamp, body_hash])
signature = private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
<<- end>>

request = urllib.request.Request(
    <<quote .URL>> + path,
    method="<<.Method>>",
<<- if .Body>>
    data=body,
<<- end>>
    headers={
<<- if .Body>>
        "Content-Type": "application/json",
<<- end>>
<<- range .Headers>>
<<- if not .Variable>>
        "<<.Name>>": "<<.Value>>",
<<- else if .Prefix>>
        "<<.Name>>": "<<.Prefix>>" + os.environ["<<.Variable>>"],
<<- else>>
        "<<.Name>>": os.environ["<<.Variable>>"],
<<- end>>
<<- end>>
<<- if .RSA>>
        "X-Timestamp": timestamp,
        "X-Signature": base64.b64encode(signature).decode(),
<<- end>>
    },
)
try:
    with urllib.request.urlopen(request) as response:
<<- if .File>>
        with open("<<.File>>", "wb") as file:
            file.write(response.read())
<<- else if .Envelope>>
        print(json.load(response)["data"])
<<- else>>
        print(json.load(response))
<<- end>>
except urllib.error.HTTPError as refusal:
<<- if .Envelope>>
    raise SystemExit(json.load(refusal)["errors"][0]["message"])
<<- else>>
    raise SystemExit(refusal.read().decode())
<<- end>>
