// The sale: a session is paid, and its webhook is believed by unmodified
// merchant code (spec/pancake.md §8, §10.3–10.5).

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { declinedCard, payByCommand, visit } from "./buyer.mjs";
import { closeReceivers, instant, openShop, shortID, uuid, verifyWebhook } from "./world.mjs";

after(closeReceivers);

/** Checks the members of an order.completed event, all of them and no others. */
function assertCompleted(webhook, shop, expected) {
  assert.equal(webhook.method, "POST");
  assert.match(webhook.headers["content-type"], /^application\/json/);
  assert.equal(webhook.headers["x-waffo-event"], "order.completed");
  assert.match(webhook.headers["x-waffo-signature"], /^t=\d{13},v1=[0-9A-Za-z+/]+={0,2}$/);

  // The key comes from WAFFO_WEBHOOK_TEST_PUBLIC_KEY: nothing is configured here.
  const event = verifyWebhook(webhook.body, webhook.headers["x-waffo-signature"]);
  assert.deepEqual(Object.keys(event).sort(), [
    "data", "eventId", "eventType", "id", "mode", "storeId", "storeName", "timestamp",
  ]);
  assert.match(event.id, uuid);
  assert.match(event.timestamp, instant);
  assert.ok(Math.abs(new Date(event.timestamp) - Date.now()) < 120_000, event.timestamp);
  assert.equal(event.eventType, "order.completed");
  assert.equal(event.storeId, shop.store.id);
  assert.equal(event.storeName, shop.store.name);
  assert.equal(event.mode, "test");

  const { orderId, paymentId, paymentDate, ...data } = event.data;
  assert.match(orderId, shortID("ORD"));
  assert.match(paymentId, shortID("PAY"));
  assert.equal(event.eventId, paymentId);
  assert.equal(paymentDate, event.timestamp.slice(0, 10));
  assert.deepEqual(data, {
    orderStatus: "completed", productName: shop.product.name, paymentStatus: "succeeded", paymentMethod: "card",
    paymentLast4: "0110", taxRate: 0, taxName: "None", ...expected,
  });
  return event;
}

/** The amounts of an untaxed sale, in every form in which they are sent. */
function untaxed(total, zero) {
  return {
    chargedAmount: total, amount: total, subtotal: total, total, taxAmount: zero,
    listPrice: { total, subtotal: total, taxAmount: zero, taxRate: 0, taxName: "None" },
  };
}

test("`tillway pay` completes a session, and the webhook tells the whole sale", async () => {
  const shop = await openShop({ description: "A guide in PDF", metadata: { sku: "G-1" } });
  const session = await shop.merchant.checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", metadata: { cart: "17" }, orderMerchantExternalId: "A-1",
    buyerEmail: "Buyer@Example.test", billingDetail: { country: "DE", isBusiness: false },
  });
  const { code, said, stderr } = await payByCommand(session.checkoutUrl);
  assert.equal(code, 0, stderr);
  assert.equal(said.status, "paid");
  assert.match(said.orderId, shortID("ORD"));

  const event = assertCompleted(await shop.receiver.of(said.orderId), shop, {
    buyerEmail: "buyer@example.test", currency: "USD", orderMerchantExternalId: "A-1", orderMetadata: { cart: "17" },
    billingDetail: { country: "DE", isBusiness: false }, productDescription: "A guide in PDF", productMetadata: { sku: "G-1" },
    ...untaxed("29.00", "0.00"),
  });
  assert.equal(event.data.orderId, said.orderId);
  assert.equal(event.data.paymentId, said.paymentId);
});

test("a browser that knows its token buys under the merchant's name for the buyer", async () => {
  const shop = await openShop();
  const session = await shop.merchant.checkout.authenticated.create({
    productId: shop.product.id, currency: "USD", buyerIdentity: "user-7", buyerEmail: "u7@example.test",
  });
  const page = visit(session.checkoutUrl);
  assert.equal((await page.look()).state, "details");
  assert.equal((await page.identify(session.token)).status, 200);
  const placed = await page.details({ email: "u7@example.test", country: "US", state: "NY", postcode: "10001" });
  assert.equal(placed.state, "payment", JSON.stringify(placed));
  const paid = await page.pay(placed.turn);
  assert.equal(paid.state, "paid", JSON.stringify(paid));

  assertCompleted(await shop.receiver.of(paid.orderId), shop, {
    buyerEmail: "u7@example.test", merchantProvidedBuyerIdentity: "user-7", currency: "USD", orderMetadata: {},
    billingDetail: { country: "US", isBusiness: false, state: "NY", postcode: "10001" }, productMetadata: {},
    ...untaxed("29.00", "0.00"),
  });
});

test("a currency without fractions has none anywhere", async () => {
  const shop = await openShop({ prices: { JPY: { amount: "4500", taxCategory: "ebook" } } });
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "JPY" });
  const { code, said, stderr } = await payByCommand(session.checkoutUrl, "--email", "yen@example.test", "--country", "JP");
  assert.equal(code, 0, stderr);
  assertCompleted(await shop.receiver.of(said.orderId), shop, {
    buyerEmail: "yen@example.test", currency: "JPY", orderMetadata: {}, productMetadata: {},
    billingDetail: { country: "JP", isBusiness: false }, ...untaxed("4500", "0"),
  });
});

test("a decline leaves the session open, and the next card completes the same order", async () => {
  const shop = await openShop();
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "USD" });
  const page = visit(session.checkoutUrl);
  const placed = await page.details({ email: "d@example.test", country: "DE" });
  const declined = await page.pay(placed.turn, declinedCard);
  assert.equal(declined.status, 402);
  assert.equal(declined.state, "payment");
  assert.ok(declined.decline.message.length > 0);
  const paid = await page.pay(declined.turn);
  assert.equal(paid.state, "paid", JSON.stringify(paid));

  await shop.receiver.of(paid.orderId);
  assert.equal(shop.receiver.got.length, 1, "a decline is no event");
  assert.equal((await page.look()).state, "paid");
  assert.equal((await visit(session.checkoutUrl).look()).state, "used");
});

test("`tillway pay` tells a decline, a used session and a wrong address by its exit code", async () => {
  const shop = await openShop();
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "USD" });
  const declined = await payByCommand(session.checkoutUrl, "--card", declinedCard);
  assert.equal(declined.code, 1, declined.stderr);
  assert.equal(declined.said.status, "declined");
  const paid = await payByCommand(session.checkoutUrl);
  assert.equal(paid.code, 0, paid.stderr);
  const used = await payByCommand(session.checkoutUrl);
  assert.equal(used.code, 2, used.stderr);
  const lost = await payByCommand(session.checkoutUrl.replace(/cs_.*/, "cs_00000000-0000-7000-8000-000000000000"));
  assert.equal(lost.code, 2, lost.stderr);
});

test("an endpoint gets the events it named, of its own environment", async () => {
  const shop = await openShop();
  const add = (more) => shop.merchant.webhooks.add({ storeId: shop.store.id, channel: "http", url: shop.receiver.url, ...more });
  const other = "https://shop.example.com/hooks";
  await add({ events: ["refund.succeeded"], testMode: true });
  await add({ events: [], testMode: true });
  await add({ events: ["order.completed"], testMode: false, url: other });
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "USD" });
  const { said } = await payByCommand(session.checkoutUrl);
  await shop.receiver.of(said.orderId);

  // A second sale is the signal that nothing more of the first is to come.
  const next = await shop.merchant.checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", metadata: { sale: "second" },
  });
  const second = await payByCommand(next.checkoutUrl);
  await shop.receiver.of(second.said.orderId);
  assert.equal(shop.receiver.got.length, 2);
});

test("two endpoints of one address get two deliveries with ids of their own", async () => {
  const shop = await openShop();
  // The event list differs so that the older SDK's derived key does too.
  await shop.merchant.webhooks.add({
    storeId: shop.store.id, channel: "http", url: shop.receiver.url, events: ["order.completed", "refund.failed"], testMode: true,
  });
  const session = await shop.merchant.checkout.anonymous.create({ productId: shop.product.id, currency: "USD" });
  const { said } = await payByCommand(session.checkoutUrl);
  await shop.receiver.of(said.orderId, 2);
  const events = shop.receiver.got.map(({ body, headers }) => verifyWebhook(body, headers["x-waffo-signature"]));
  assert.equal(new Set(events.map((event) => event.id)).size, 2);
  assert.equal(new Set(events.map((event) => event.eventId)).size, 1);
});

test("a session that ran out is told as expired and takes no money", async () => {
  const shop = await openShop();
  const session = await shop.merchant.checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", expiresInSeconds: 1,
  });
  const page = visit(session.checkoutUrl);
  for (;;) {
    const { state } = await page.look();
    if (state === "expired") break;
    assert.equal(state, "details");
    assert.ok(Date.now() < new Date(session.expiresAt).getTime() + 5000, "it never expires");
  }
  assert.equal((await page.details({ email: "late@example.test", country: "DE" })).state, "expired");
  assert.equal((await payByCommand(session.checkoutUrl)).code, 2);
});
