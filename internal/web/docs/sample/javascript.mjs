<<if .RSA>>import { createHash, createSign } from "node:crypto";

<<else if .MD5>>import { createHash } from "node:crypto";

<<end ->>
<<if .File>>import { writeFile } from "node:fs/promises";

<<end ->>
const path = <<quote .Path>>;
<<- if .MD5>>
const members = <<.JavaScript>>;

// Sign the members: sorted by name, in lower case, the secret key behind them.
function sign(members, secret) {
  const pairs = [];
  for (const [name, value] of Object.entries(members)) {
    const key = name.toLowerCase();
    if (key === "signature" || value === null || value === "") continue;
    if (typeof value !== "object") pairs.push([key, String(value)]);
    else if (key === "orderref") pairs.push([key, JSON.stringify(value)]); // of objects, this one alone
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const base = pairs.map(([key, value]) => `${key}=${value}`).join("&");
  return createHash("md5").update(base + secret).digest("hex");
}
const signature = sign(members, process.env.WAYPAY_SECRET_KEY_TEST);
const body = JSON.stringify({ ...members, signature });
<<- else if .Body>>
const body = JSON.stringify(<<.JavaScript>>);
<<- end>>
<<- if .RSA>>

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
<<- if .Body>>
    "Content-Type": "application/json",
<<- end>>
<<- range .Headers>>
<<- if not .Variable>>
    "<<.Name>>": "<<.Value>>",
<<- else if .Prefix>>
    "<<.Name>>": `<<.Prefix>>${process.env.<<.Variable>>}`,
<<- else>>
    "<<.Name>>": process.env.<<.Variable>>,
<<- end>>
<<- end>>
<<- if .RSA>>
    "X-Timestamp": timestamp,
    "X-Signature": signature,
<<- end>>
  },
<<- if .Body>>
  body,
<<- end>>
});
<<- if .Envelope>>
const { data, errors } = await response.json();
if (errors) throw new Error(errors[0].message);
console.log(data);
<<- else>>
if (!response.ok) throw new Error(await response.text());
<<- if .File>>
await writeFile("<<.File>>", Buffer.from(await response.arrayBuffer()));
<<- else>>
console.log(await response.json());
<<- end>>
<<- end>>
