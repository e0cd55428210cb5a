// Minding the shop: settings, endpoints, versions of products, keys, and orders
// that are given up (spec/pancake.md §5.2–5.6, §5.10).

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";

import { declinedCard, payByCommand, visit } from "./buyer.mjs";
import {
  act, assertRefused, assertThrows, client, closeReceivers, instant, openShop, post, shortID, signed, unique, world,
} from "./world.mjs";

let shop;
before(async () => {
  shop = await openShop();
});
after(closeReceivers);

const live = () => client({ privateKey: world.prod.privateKey });
const germany = { country: "DE", isBusiness: false };
const newStore = async (word) => (await client().stores.create({ name: unique(word) })).store;
const newSession = () =>
  shop.merchant.checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", metadata: { session: unique("s") }, buyerEmail: "b@example.test", billingDetail: germany,
  });

test("a store's settings change member by member", async () => {
  const made = await newStore("Settings");
  const logo = "https://cdn.example.com/logo.png";
  const { store } = await client().stores.update({ id: made.id, logo, status: "inactive", notificationSettings: { notifyNewOrders: false, emailTrialEnding: false } });
  assert.equal(store.logo, logo);
  assert.equal(store.status, "inactive");
  assert.equal(store.name, made.name);
  const { notifyNewOrders, emailTrialEnding, ...others } = store.notificationSettings;
  assert.deepEqual({ notifyNewOrders, emailTrialEnding }, { notifyNewOrders: false, emailTrialEnding: false });
  assert.equal(Object.keys(others).length, 19);
  assert.ok(Object.values(others).every((on) => on === true));

  const again = (await client().stores.update({ id: made.id, logo: null, notificationSettings: null })).store;
  assert.equal(again.logo, null);
  assert.equal(again.status, "inactive");
  assert.ok(Object.values(again.notificationSettings).every((on) => on === true));
});

test("themes are set in light and dark, and null forgets them", async () => {
  const { id } = await newStore("Themes");
  const light = {
    checkoutLogo: null, checkoutColorPrimary: "#000000", checkoutColorBackground: "#ffffff", checkoutColorCard: "#f5f5f5",
    checkoutColorText: "#000000", checkoutBorderRadius: "8px",
  };
  const dark = { ...light, checkoutColorPrimary: "#ffffff", checkoutColorBackground: "#1a1a1a", checkoutColorCard: "#2a2a2a", checkoutColorText: "#ffffff" };
  const both = await client().stores.update({ id, checkoutSettings: { light, dark } });
  assert.deepEqual(both.store.checkoutSettings, { defaultDarkMode: false, light, dark });
  const partly = await client().stores.update({ id, checkoutSettings: { defaultDarkMode: true, dark: { checkoutBorderRadius: "0" } } });
  assert.deepEqual(partly.store.checkoutSettings, { defaultDarkMode: true, light, dark: { ...dark, checkoutBorderRadius: "0" } });
  assert.equal((await client().stores.update({ id, checkoutSettings: null })).store.checkoutSettings, null);
  await assertThrows(
    () => client().stores.update({ id, checkoutSettings: { light: { ...light, checkoutColorText: "red;}" } } }), 400, /checkoutColorText/,
  );
});

test("what old clients send is ignored with warnings beside the store", async () => {
  const { id, name } = await newStore("Legacy");
  const { store, warnings } = await client().stores.update({
    id, supportEmail: "help@example.test", website: "https://example.test",
    webhookSettings: { testWebhookUrl: "https://shop.example.com/hooks", prodWebhookUrl: null, testEvents: ["order.completed"], prodEvents: [] },
    notificationSettings: { emailOrderConfirmation: false, notifyPayoutPaid: false },
  });
  assert.equal(store.name, name);
  assert.equal(store.supportEmail, null);
  assert.ok(Object.values(store.notificationSettings).every((on) => on === true));
  // The envelope's warnings are told to clients that read it themselves, too.
  const told = (await act("store/update-store", { id, webhookSettings: null })).envelope.warnings;
  assert.equal(told.length, 1);
  assert.match(told[0].aiHint, /WEBHOOK_SETTINGS_IGNORED.*webhooks\.add/);
  assert.equal(warnings.length, 2);
  assert.match(warnings[1].message, /emailOrderConfirmation.*notifyPayoutPaid/);
});

test("a renamed store is found under both slugs", async () => {
  const { store, product } = await openShop();
  const name = unique("Renamed");
  const renamed = (await client().stores.update({ id: store.id, name })).store;
  assert.equal(renamed.name, name);
  assert.equal(renamed.slug.slice(-9), store.slug.slice(-9));
  assert.notEqual(renamed.slug, store.slug);
  for (const slug of [store.slug, renamed.slug]) {
    const answer = await post("/v1/actions/checkout/create-session", JSON.stringify({ productId: product.id, currency: "USD" }), {
      "Content-Type": "application/json", "X-Store-Slug": slug, "X-Environment": "test",
    });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.envelope.data.checkoutUrl.includes(`/store/${renamed.slug}/`));
  }
});

test("a deleted store is gone, and says when", async () => {
  const { id } = await newStore("Gone");
  const { store } = await client().stores.delete({ id });
  assert.equal(store.id, id);
  assert.match(store.deletedAt, instant);
  await assertThrows(() => client().stores.update({ id, name: unique("Back") }), 404, /Store not found/);
  await assertThrows(() => client().stores.delete({ id: "STO_0000000000000000000000" }), 404, /Store not found/);
});

test("an endpoint changes its address, events and secret, and is removed", async () => {
  const { id: storeId } = await newStore("Hooks");
  const url = "https://shop.example.com/hooks";
  const { webhook } = await client().webhooks.add({ storeId, channel: "http", url, events: [], testMode: true });
  const changed = (await client().webhooks.update({ id: webhook.id, url: `${url}/2`, events: ["order.completed"], secret: "s" })).webhook;
  assert.deepEqual(changed, { ...webhook, url: `${url}/2`, events: ["order.completed"], secret: "s", updatedAt: changed.updatedAt });
  assert.equal((await client().webhooks.update({ id: webhook.id, secret: null })).webhook.secret, null);
  await assertThrows(() => client().webhooks.update({ id: webhook.id, url: "http://shop.example.com" }), 400);
  const removed = (await client().webhooks.remove({ id: webhook.id })).webhook;
  assert.equal(removed.id, webhook.id);
  await assertThrows(() => client().webhooks.update({ id: webhook.id, events: [] }), 404);
});

test("a product's new version is sold at once, and unchanged ones make none", async () => {
  const { product } = await openShop({ description: "# Old", successUrl: "https://shop.example.com/ok" });
  const prices = { EUR: { amount: "25.00", taxCategory: "saas" } };
  const changed = (await client().onetimeProducts.update({ id: product.id, prices, description: null })).product;
  assert.deepEqual(changed, { ...product, prices, description: null, updatedAt: changed.updatedAt });
  const same = (await client().onetimeProducts.update({ id: product.id, prices, successUrl: product.successUrl })).product;
  assert.deepEqual(same, changed);
  await assertThrows(() => client().checkout.anonymous.create({ productId: product.id, currency: "USD" }), 400, /no price/);
});

test("publishing puts a product on sale live, again and again", async () => {
  const made = await client().onetimeProducts.create({
    storeId: world.storeId, name: unique("Published"), prices: { USD: { amount: "5.00", taxCategory: "saas" } },
  });
  const { id } = made.product;
  await assertThrows(() => live().onetimeProducts.updateStatus({ id, status: "active" }), 400, /No version in current environment/);
  assert.deepEqual((await client().onetimeProducts.publish({ id })).product.prices, made.product.prices);
  assert.equal((await live().onetimeProducts.updateStatus({ id, status: "active" })).product.status, "active");
  const name = unique("Second");
  await client().onetimeProducts.update({ id, name });
  assert.equal((await live().onetimeProducts.updateStatus({ id, status: "inactive" })).product.name, made.product.name);
  // A key of its own: release 0.20 derives one from the body, and would get the first answer again.
  const again = await act("onetime-product/publish-product", { id }, { "X-Idempotency-Key": unique("key").replace(" ", "-") });
  assert.equal(again.status, 200, again.text);
  const afterwards = (await live().onetimeProducts.update({ id, description: unique("d") })).product;
  assert.equal(afterwards.name, name);
  assert.equal(afterwards.status, "inactive");
});

test("a product off sale opens no session", async () => {
  const { product } = await openShop();
  assert.equal((await client().onetimeProducts.updateStatus({ id: product.id, status: "inactive" })).product.status, "inactive");
  await assertThrows(() => client().checkout.anonymous.create({ productId: product.id, currency: "USD" }), 400, /not active/);
});

test("a key replaces another without a gap", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const nickname = unique("server");
  const made = await act("api-key/create-key", { nickname, environment: "test", publicKey });
  assert.equal(made.status, 200, made.text);
  const { apiKey } = made.envelope.data;
  assert.deepEqual(Object.keys(apiKey).sort(), ["createdAt", "environment", "id", "nickname", "recentlyUsed"]);
  assert.match(apiKey.id, shortID("KEY"));
  assertRefused(await act("api-key/create-key", { nickname, environment: "test", publicKey }), 409);
  assertRefused(await act("api-key/create-key", { nickname, environment: "prod", publicKey }), 403);
  await client({ privateKey }).stores.create({ name: unique("Second key") });
  const gone = await act("api-key/delete-key", { id: apiKey.id });
  assert.equal(gone.envelope.data.apiKey.id, apiKey.id, gone.text);
  await assertThrows(() => client({ privateKey }).stores.create({ name: unique("Second key") }), 401);
});

test("a customer gives an order up, and a merchant too", async (t) => {
  const buyerIdentity = unique("user");
  const { token } = await shop.merchant.auth.issueSessionToken({ storeId: shop.store.id, buyerIdentity });
  const placed = async (bearer = token) => {
    const session = await newSession();
    const answer = await post("/v1/actions/onetime-order/create-order", JSON.stringify({ checkoutSessionId: session.sessionId }), {
      "Content-Type": "application/json", Authorization: `Bearer ${bearer}`, "X-Environment": "test",
    });
    assert.equal(answer.status, 200, answer.text);
    return { session, orderId: answer.envelope.data.orderId };
  };
  const customer = client().customer(token);

  await t.test("its customer", async () => {
    const { session, orderId } = await placed();
    assert.equal((await visit(session.checkoutUrl).pay((await visit(session.checkoutUrl).look()).turn, declinedCard)).state, "payment");
    assert.deepEqual(await customer.cancelOnetimeOrder({ orderId }), { orderId, status: "canceled" });
    assert.equal((await payByCommand(session.checkoutUrl)).code, 2);
  });
  await t.test("its merchant", async () => {
    const { orderId } = await placed();
    const answer = await act("onetime-order/cancel-order", { orderId });
    assert.deepEqual(answer.envelope, { data: { orderId, status: "canceled" } });
  });
  await t.test("nobody else", async () => {
    const other = await shop.merchant.auth.issueSessionToken({ storeId: shop.store.id, buyerIdentity: unique("other") });
    const { orderId } = await placed(other.token);
    await assertThrows(() => customer.cancelOnetimeOrder({ orderId }), 403, /Order does not belong to user/);
    await assertThrows(() => customer.cancelOnetimeOrder({ orderId: "ORD_0000000000000000000000" }), 404, /Order not found/);
  });
  await t.test("not once it is paid", async () => {
    const { session, orderId } = await placed();
    assert.equal((await payByCommand(session.checkoutUrl)).code, 0);
    await assertThrows(() => customer.cancelOnetimeOrder({ orderId }), 400, /Order cannot be canceled, current status: completed/);
  });
  await t.test("from a page of another origin", async () => {
    const preflight = await fetch(`${world.url}/v1/actions/onetime-order/cancel-order`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example.com", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-environment",
      },
    });
    assert.ok(preflight.ok, `${preflight.status}`);
    assert.match(preflight.headers.get("access-control-allow-headers"), /authorization/i);
  });
});

test("a session of a one-time product has no trial", async () => {
  const { sessionId } = await newSession();
  const answer = await post("/v1/actions/checkout/preview-trial", JSON.stringify({ checkoutSessionId: sessionId, buyerIdentity: "u" }), {
    "Content-Type": "application/json", "X-Store-Slug": shop.store.slug, "X-Environment": "test",
  });
  assert.deepEqual(answer.envelope, { data: { isEligible: false, trialDays: null } });
  const path = "/v1/actions/checkout/preview-trial";
  const body = JSON.stringify({ checkoutSessionId: sessionId });
  assertRefused(await post(path, body, signed(path, body)), 403);
});
