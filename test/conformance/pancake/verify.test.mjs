// What the SDK's own verifier believes and what it does not (spec/pancake.md
// §10.2, §14). The key is in WAFFO_WEBHOOK_TEST_PUBLIC_KEY.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";

import { payByCommand } from "./buyer.mjs";
import { client, closeReceivers, openShop, verifyWebhook, world } from "./world.mjs";

let body;
let header;
before(async () => {
  const shop = await openShop();
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "USD" });
  const { said } = await payByCommand(session.checkoutUrl);
  const webhook = await shop.receiver.of(said.orderId);
  ({ body } = webhook);
  header = webhook.headers["x-waffo-signature"];
});
after(closeReceivers);

/** Runs something at another moment, as far as the SDK can see. */
function later(milliseconds, act) {
  const now = Date.now;
  Date.now = () => now() + milliseconds;
  try {
    return act();
  } finally {
    Date.now = now;
  }
}

const publicPEM = (pair) => pair.publicKey.export({ type: "spki", format: "pem" });
const minute = 60_000;

test("unmodified code believes it", () => {
  assert.equal(verifyWebhook(body, header).eventType, "order.completed");
  assert.equal(client().webhooks.verify(body, header).eventType, "order.completed");
});

test("the right environment believes it, the wrong one does not", () => {
  assert.equal(verifyWebhook(body, header, { environment: "test" }).mode, "test");
  assert.throws(() => verifyWebhook(body, header, { environment: "prod" }), /Invalid webhook signature/);
});

test("each way of giving the key works", () => {
  const { webhookPublicKey } = world.test;
  assert.equal(verifyWebhook(body, header, { publicKey: webhookPublicKey }).mode, "test");
  assert.equal(verifyWebhook(body, header, { publicKeys: { test: webhookPublicKey } }).mode, "test");
  assert.equal(client({ webhookPublicKey }).webhooks.verify(body, header).mode, "test");
  const bare = webhookPublicKey.replace(/-----[A-Z ]+-----|\s/g, "");
  assert.equal(verifyWebhook(body, header, { publicKey: bare }).mode, "test");
});

test("the live key, Waffo's own and a stranger's do not believe it", () => {
  const stranger = publicPEM(generateKeyPairSync("rsa", { modulusLength: 2048 }));
  for (const publicKey of [world.prod.webhookPublicKey, stranger]) {
    assert.throws(() => verifyWebhook(body, header, { publicKey }), /Invalid webhook signature/);
  }
  const { WAFFO_WEBHOOK_TEST_PUBLIC_KEY: key } = process.env;
  delete process.env.WAFFO_WEBHOOK_TEST_PUBLIC_KEY;
  try {
    assert.throws(() => verifyWebhook(body, header), /Invalid webhook signature/);
  } finally {
    process.env.WAFFO_WEBHOOK_TEST_PUBLIC_KEY = key;
  }
});

test("a body that was tampered with is not believed", () => {
  for (const tampered of [body.replace("29.00", "92.00"), `${body} `, body.slice(0, -1), JSON.stringify(JSON.parse(body), null, 1)]) {
    assert.notEqual(tampered, body);
    assert.throws(() => verifyWebhook(tampered, header), /Invalid webhook signature/);
  }
});

test("a header that was tampered with is not believed", () => {
  const [stamp, signature] = header.split(",");
  const moved = `t=${Number(stamp.slice(2)) + 1},${signature}`;
  assert.throws(() => verifyWebhook(body, moved), /Invalid webhook signature/);
  assert.throws(() => verifyWebhook(body, stamp), /Malformed/);
  assert.throws(() => verifyWebhook(body, undefined), /Missing/);
  assert.equal(verifyWebhook(body, `${signature}, ${stamp}`).mode, "test", "the order of the parts is free");
});

test("a stale one is refused, and one from the future, unless the check is off", () => {
  assert.equal(later(44 * minute, () => verifyWebhook(body, header)).mode, "test");
  assert.throws(() => later(46 * minute, () => verifyWebhook(body, header)), /tolerance/);
  assert.throws(() => later(-3 * minute, () => verifyWebhook(body, header)), /tolerance/);
  assert.equal(later(46 * minute, () => verifyWebhook(body, header, { toleranceMs: 0 })).mode, "test");
  assert.equal(later(-3 * minute, () => verifyWebhook(body, header, { toleranceMs: 0 })).mode, "test");
});

test("the oldest releases, which take five minutes, believe a fresh one", () => {
  assert.equal(verifyWebhook(body, header, { toleranceMs: 5 * minute }).mode, "test");
});
