import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

const toleranceSeconds = 300;

// Whether a webhook is genuine and fresh. body is the raw body, byte for byte.
function verify(body, timestamp, signature, secret) {
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
  const given = Buffer.from(signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

// Here the body comes on standard input, and the headers X-Waypay-Timestamp and
// X-Waypay-Signature in variables.
const { TIMESTAMP = "", SIGNATURE = "", WAYPAY_SECRET_KEY } = process.env;
if (!verify(readFileSync(0), TIMESTAMP, SIGNATURE, WAYPAY_SECRET_KEY)) {
  console.error("refused");
  process.exit(1);
}
console.log("accepted");
