<<if .Key>>import base64
import hashlib
<<end ->>
import json
import os
<<- if .Key>>
import time
<<- end>>
import urllib.error
import urllib.request
<<- if .Key>>

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
<<- end>>

path = "<<.Path>>"
body = json.dumps(<<.Python>>).encode()
<<- if .Key>>

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
    data=body,
    headers={
        "Content-Type": "application/json",
<<- if .Key>>
        "X-Merchant-Id": os.environ["WAFFO_MERCHANT_ID"],
        "X-Timestamp": timestamp,
        "X-Signature": base64.b64encode(signature).decode(),
<<- else if .Token>>
        "Authorization": "Bearer " + os.environ["SESSION_TOKEN"],
        "X-Environment": "test",
<<- else>>
        "X-Store-Slug": os.environ["STORE_SLUG"],
        "X-Environment": "test",
<<- end>>
    },
)
try:
    with urllib.request.urlopen(request) as response:
        print(json.load(response)["data"])
except urllib.error.HTTPError as refusal:
    raise SystemExit(json.load(refusal)["errors"][0]["message"])
