import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// The signature of a request's body. Send exactly JSON.stringify of the same
// object, with the signature added.
function sign(body, secret) {
  const members = [];
  for (const [name, value] of Object.entries(body)) {
    const key = name.toLowerCase();
    if (key === "signature" || value === null || value === undefined || value === "") continue;
    if (typeof value !== "object") members.push([key, String(value)]);
    // Of objects, orderRef alone takes part, as the documentation's example has it.
    else if (key === "orderref") members.push([key, JSON.stringify(value)]);
  }
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  const base = members.map(([key, value]) => `${key}=${value}`).join("&");
  return createHash("md5").update(base + secret, "utf8").digest("hex");
}

// Here the body comes on standard input.
const body = JSON.parse(readFileSync(0, "utf8"));
console.log(sign(body, process.env.WAYPAY_SECRET_KEY));
