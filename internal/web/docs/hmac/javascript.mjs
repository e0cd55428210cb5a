import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

// body is the request's raw body, before any JSON parser saw it.
<<- if .Listed>>
function verifyWebhook(body, header, secret) {
  const parts = header.split(",").map((part) => part.trim().split(/=(.*)/s, 2));
  const t = parts.find(([name]) => name === "t")?.[1];
  // There are several v1 while a secret is exchanged for another.
  const given = parts.filter(([name]) => name === "v1").map(([, value]) => value);
<<- else if .Stamp>>
function verifyWebhook(body, header, t, secret) {
  const given = [header];
<<- else>>
function verifyWebhook(body, header, secret) {
  const given = [header];
<<- end>>
<<- if .Stamped>>
  if (!(Math.abs(Date.now() / 1000 - Number(t)) <= 300)) throw new Error("too old");
  const expected = createHmac("sha256", secret).update(`${t}.`).update(body).digest();
<<- else>>
  const expected = createHmac("sha256", secret).update(body).digest();
<<- end>>
  const good = given.some((text) => {
    const signature = Buffer.from(text, "hex");
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  if (!good) throw new Error("not from this server");
  return JSON.parse(body);
}

// Here the body comes on standard input, <<.Header>> in SIGNATURE
<<- if .Stamp>>,
// <<.Stamp>> in TIMESTAMP<<end>>.
const { SIGNATURE = "",<<if .Stamp>> TIMESTAMP = "",<<end>> <<.Secret>> } = process.env;
console.log(verifyWebhook(readFileSync(0), SIGNATURE,<<if .Stamp>> TIMESTAMP,<<end>> <<.Secret>>));
