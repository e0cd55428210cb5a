// A buyer without a browser: the page's own endpoints, and the command line.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { patience, world } from "./world.mjs";

export const goodCard = "4576750000000110";
export const declinedCard = "4576750000000220";

/** One browser with its cookie, at one checkout. */
export function visit(checkoutURL) {
  const url = checkoutURL.split("#")[0];
  let cookie;

  async function ask(path, init) {
    const response = await fetch(url + path, {
      ...init,
      headers: { Accept: "application/json", ...(cookie && { Cookie: cookie }), ...init?.headers },
    });
    cookie ??= response.headers.get("set-cookie")?.split(";")[0];
    return { status: response.status, ...(await response.json()) };
  }
  const send = (path, fields) =>
    ask(path, { method: "POST", body: JSON.stringify(fields), headers: { "Content-Type": "application/json" } });

  return {
    look: () => ask(""),
    identify: (token) => ask("/identify", { method: "POST", headers: { Authorization: `Bearer ${token}` } }),
    details: (fields) => send("/details", fields),
    pay: (turn, number = goodCard) =>
      send("/pay", { method: "card", number, expiry: "12/40", cvc: "123", holder: "B. Buyer", turn }),
  };
}

/** `tillway pay`: what it printed, and how it ended. */
export async function payByCommand(checkoutURL, ...options) {
  const run = promisify(execFile)(world.binary, ["pay", checkoutURL, "--json", ...options], { timeout: patience });
  const { code = 0, stdout, stderr } = await run.catch((failure) => failure);
  return { code, stderr, said: stdout.trim() ? JSON.parse(stdout) : undefined };
}
