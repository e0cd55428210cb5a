<<if .Key>>import { createHash, createSign } from "node:crypto";

<<end ->>
const path = "<<.Path>>";
const body = JSON.stringify(<<.JavaScript>>);
<<- if .Key>>

// Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
const privateKey = process.env.WAFFO_PRIVATE_KEY.replaceAll("\\n", "\n");
const timestamp = String(Math.floor(Date.now() / 1000));
const hash = createHash("sha256").update(body).digest("base64");
const signature = createSign("sha256")
  .update(["<<.Method>>", path, timestamp, hash].join("\n"))
  .sign(privateKey, "base64");
<<- end>>

const response = await fetch(<<quote .URL>> + path, {
  method: "<<.Method>>",
  headers: {
    "Content-Type": "application/json",
<<- if .Key>>
    "X-Merchant-Id": process.env.WAFFO_MERCHANT_ID,
    "X-Timestamp": timestamp,
    "X-Signature": signature,
<<- else if .Token>>
    Authorization: `Bearer ${process.env.SESSION_TOKEN}`,
    "X-Environment": "test",
<<- else>>
    "X-Store-Slug": process.env.STORE_SLUG,
    "X-Environment": "test",
<<- end>>
  },
  body,
});
const { data, errors } = await response.json();
if (errors) throw new Error(errors[0].message);
console.log(data);
