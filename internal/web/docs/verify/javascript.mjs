import { createVerify } from "node:crypto";
import { readFileSync } from "node:fs";

// body is the request's raw body, before any JSON parser saw it.
function verifyWebhook(body, header, publicKey) {
  const { t, v1 } = Object.fromEntries(
    header.split(",").map((part) => part.trim().split(/=(.*)/s, 2)),
  );
  const age = Date.now() - Number(t);
  if (!(age <= 45 * 60_000 && age >= -60_000)) throw new Error("too old");
  const good = createVerify("sha256").update(`${t}.`).update(body).verify(publicKey, v1, "base64");
  if (!good) throw new Error("not from this server");
  return JSON.parse(body);
}

// Here the body comes on standard input, X-Waffo-Signature in SIGNATURE.
const publicKey = process.env.WAFFO_WEBHOOK_TEST_PUBLIC_KEY.replaceAll("\\n", "\n");
const event = verifyWebhook(readFileSync(0), process.env.SIGNATURE, publicKey);
console.log(event.eventType, event.id);
