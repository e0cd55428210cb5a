// What every test of the SDK needs: the server under test, a merchant's client,
// requests signed by hand, and a receiver that keeps webhooks as they came.

import assert from "node:assert/strict";
import { createHash, createSign, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/** The server and its credentials, as the Go test that started them says. */
export const world = JSON.parse(process.env.TILLWAY_WORLD);

/** The SDK under test, by the name it has in package.json. */
export const sdk = await import(process.env.TILLWAY_SDK);

/** Releases up to 0.22 send a key derived from the body on every write. */
export const derivesKeys = process.env.TILLWAY_SDK === "pancake-ts-020";

export const { WaffoPancake, WaffoPancakeError, verifyWebhook } = sdk;

/** How long anything may take on a busy machine, in milliseconds. */
export const patience = 20_000;

export const shortID = (prefix) => new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`);
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const sessionID = /^cs_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A client of the test key. Settings add to the configuration or replace it. */
export function client(settings = {}) {
  return new WaffoPancake({
    merchantId: world.merchantId,
    privateKey: world.test.privateKey,
    baseUrl: world.url,
    environment: "test",
    ...settings,
  });
}

/** A word that no other test uses: derived keys make equal bodies equal calls. */
export const unique = (word) => `${word} ${randomBytes(6).toString("hex")}`;

/** The string that a merchant signs (spec/pancake.md §3.1). */
export function canonical(path, stamp, body) {
  return ["POST", path, stamp, createHash("sha256").update(body).digest("base64")].join("\n");
}

/** The headers of a signed request. */
export function signed(path, body, { stamp = String(Math.floor(Date.now() / 1000)), key = world.test.privateKey } = {}) {
  return {
    "Content-Type": "application/json",
    "X-Merchant-Id": world.merchantId,
    "X-Timestamp": stamp,
    "X-Signature": createSign("sha256").update(canonical(path, stamp, body)).sign(key, "base64"),
  };
}

/** Posts a body as it is and reads the envelope, whatever the status. */
export async function post(path, body, headers) {
  const response = await fetch(world.url + path, { method: "POST", body, headers });
  const text = await response.text();
  return { status: response.status, envelope: JSON.parse(text), text, headers: response.headers };
}

/** Posts an action signed with the test key; more headers may be added. */
export function act(action, body, more = {}) {
  const path = `/v1/actions/${action}`;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return post(path, text, { ...signed(path, text), ...more });
}

/** Checks that an answer is a failure as spec/pancake.md §4 has it. */
export function assertRefused(answer, status, message) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.envelope.data, null);
  assert.ok(!("status" in answer.envelope), "a top-level status would overwrite the HTTP status");
  assert.ok(answer.envelope.errors.length > 0, "errors must not be empty");
  for (const notice of answer.envelope.errors) {
    assert.equal(typeof notice.message, "string");
    assert.match(notice.layer, /^(gateway|user|store|product|order|ticket|graphql|resource|email)$/);
  }
  if (message) assert.match(answer.envelope.errors[0].message, message);
}

/** Checks that the SDK throws its own error with a status and a reason. */
export async function assertThrows(call, status, message) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof WaffoPancakeError, `${error}`);
    assert.equal(error.status, status, JSON.stringify(error.errors));
    assert.ok(error.errors.length > 0);
    assert.notEqual(error.errors[0].layer, "sdk", "the SDK must not have to make the error up");
    if (message) assert.match(error.message, message);
    return true;
  });
}

/** A store with a product and an endpoint, and the webhooks that it gets. */
export async function openShop({ prices = { USD: { amount: "29.00", taxCategory: "saas" } }, ...product } = {}) {
  const merchant = client();
  const { store } = await merchant.stores.create({ name: unique("Shop") });
  const receiver = await receive();
  await merchant.webhooks.add({
    storeId: store.id, channel: "http", url: receiver.url, events: ["order.completed"], testMode: true,
  });
  const made = await merchant.onetimeProducts.create({ storeId: store.id, name: unique("Guide"), prices, ...product });
  return { merchant, store, receiver, product: made.product };
}

const receivers = [];

/** Closes what the tests of a file opened; for `after`. */
export async function closeReceivers() {
  for (const server of receivers) {
    server.closeAllConnections();
    server.close();
  }
}

/** A merchant's back end, which keeps raw bodies and headers. */
export async function receive() {
  const got = [];
  const news = new EventTarget();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    got.push({ body: Buffer.concat(chunks).toString("utf8"), headers: request.headers, method: request.method });
    response.end();
    news.dispatchEvent(new Event("webhook"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  receivers.push(server);

  /** The first webhook of an order, as soon as as many as are wanted have come. */
  async function of(orderID, wanted = 1) {
    const limit = AbortSignal.timeout(patience);
    for (;;) {
      const found = got.filter((webhook) => JSON.parse(webhook.body).data.orderId === orderID);
      if (found.length >= wanted) return found[0];
      await once(news, "webhook", { signal: limit });
    }
  }
  return { url: `http://127.0.0.1:${server.address().port}/hooks?shop=1`, got, of };
}
