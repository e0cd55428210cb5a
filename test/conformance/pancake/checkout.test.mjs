// Checkout sessions and session tokens as the SDK makes them (spec/pancake.md
// §5.1, §5.9).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  act, assertRefused, assertThrows, client, closeReceivers, derivesKeys, instant, openShop, sessionID, unique, world,
} from "./world.mjs";
import { visit } from "./buyer.mjs";

let shop;
before(async () => {
  shop = await openShop({ prices: { USD: { amount: "29.00", taxCategory: "saas" }, JPY: { amount: "4500", taxCategory: "saas" } } });
});
after(closeReceivers);

const minutesFromNow = (text) => (new Date(text) - Date.now()) / 60_000;

function assertSession(session, minutes) {
  assert.match(session.sessionId, sessionID);
  assert.match(session.expiresAt, instant);
  assert.ok(Math.abs(minutesFromNow(session.expiresAt) - minutes) < 1, session.expiresAt);
}

test("createSession answers three members and a bare address", async () => {
  const session = await client().checkout.createSession({ productId: shop.product.id, currency: "USD" });
  assert.deepEqual(Object.keys(session).sort(), ["checkoutUrl", "expiresAt", "sessionId"]);
  assertSession(session, 45);
  assert.equal(session.checkoutUrl, `${world.url}/store/${shop.store.slug}/checkout/${session.sessionId}`);
});

test("anonymous.create takes everything a session can carry", async () => {
  const session = await client().checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", priceSnapshot: { amount: "12.50", taxCategory: "ebook" },
    buyerEmail: "Prefilled@Example.test", billingDetail: { country: "US", isBusiness: false, postcode: "10001" },
    successUrl: "https://shop.example.com/thanks", expiresInSeconds: 604_800, darkMode: true, language: "ja-JP",
    metadata: { cart: "17" }, orderMerchantExternalId: "x".repeat(128), includePaymentMethods: ["card"], withTrial: false,
  });
  assertSession(session, 7 * 24 * 60);
  const look = await visit(session.checkoutUrl).look();
  assert.equal(look.state, "details");
  assert.equal(look.amount, "12.50");
  assert.equal(look.currency, "USD");
  assert.equal(look.mode, "test");
  assert.deepEqual(look.methods, ["card"]);
});

test("a session pins the price of its currency", async () => {
  const session = await client().checkout.anonymous.create({ productId: shop.product.id, currency: "JPY" });
  const look = await visit(session.checkoutUrl).look();
  assert.equal(look.amount, "4500");
});

test("authenticated.create asks for token and session at once and appends the token", async () => {
  const started = [];
  let both;
  const together = new Promise((resolve) => (both = resolve));
  const merchant = client({
    // No answer is looked for before both requests are on their way.
    fetch: async (url, init) => {
      started.push({ path: new URL(url).pathname, body: JSON.parse(init.body) });
      if (started.length === 2) both();
      await together;
      return fetch(url, init);
    },
  });
  const session = await merchant.checkout.authenticated.create({
    productId: shop.product.id, currency: "USD", buyerIdentity: "user-7", buyerEmail: "u7@example.test",
  });
  assert.deepEqual(started.map((request) => request.path).sort(), [
    "/v1/actions/auth/issue-session-token", "/v1/actions/checkout/create-session",
  ]);
  assertSession(session, 45);
  assert.ok(session.token.length > 20);
  assert.equal(
    session.checkoutUrl,
    `${world.url}/store/${shop.store.slug}/checkout/${session.sessionId}#token=${session.token}`,
  );
  assert.match(session.tokenExpiresAt, instant);
  assert.ok(Math.abs(minutesFromNow(session.tokenExpiresAt) - 5) < 1);
});

test("a token is issued for a store or a product, each time a new one", async () => {
  const buyerIdentity = unique("buyer");
  const byStore = await client().auth.issueSessionToken({ storeId: shop.store.id, buyerIdentity });
  const again = await client().auth.issueSessionToken({ storeId: shop.store.id, buyerIdentity });
  const byProduct = await client().auth.issueSessionToken({ productId: shop.product.id, buyerIdentity });
  assert.deepEqual(Object.keys(byStore).sort(), ["expiresAt", "token"]);
  // The older SDK sends the same derived key for the same body: a replayed
  // token would be dead after five minutes (spec/pancake.md §3.5).
  assert.equal(new Set([byStore.token, again.token, byProduct.token]).size, 3);
});

test("a token that cannot be is refused with a reason", async (t) => {
  const issue = (body) => act("auth/issue-session-token", body);
  await t.test("nobody", async () => {
    assertRefused(await issue({ storeId: shop.store.id }), 400, /Missing required field: buyerIdentity/);
  });
  await t.test("nowhere", async () => {
    assertRefused(await issue({ buyerIdentity: "u" }), 400, /provide storeId or productId/);
  });
  await t.test("a store of nobody", async () => {
    assertRefused(await issue({ buyerIdentity: "u", storeId: "STO_0000000000000000000000" }), 404, /Store not found/);
  });
});

test("a session that cannot be is refused, by the SDK's own error", async (t) => {
  const good = { productId: shop.product.id, currency: "USD" };
  const bad = {
    "no product": [{ productId: undefined }, 400, /Missing required field: productId/],
    "no currency": [{ currency: undefined }, 400, /Missing required field: currency/],
    "neither": [{ productId: undefined, currency: undefined }, 400, /Missing required fields: productId, currency/],
    "an id that is none": [{ productId: "guide" }, 400, /Expected format: PROD_xxx, got "guide"/],
    "a product of nobody": [{ productId: "PROD_0000000000000000000000" }, 404, /not found/i],
    "a currency in small letters": [{ currency: "usd" }, 400],
    "a currency without a price": [{ currency: "EUR" }, 400, /EUR/],
    "a currency that cannot be charged": [{ currency: "SEK" }, 400, /SEK/],
    "a snapshot with too many digits": [{ priceSnapshot: { amount: "1.001", taxCategory: "saas" } }, 400, /amount/],
    "a snapshot that is negative": [{ priceSnapshot: { amount: "-1", taxCategory: "saas" } }, 400, /amount/],
    "an address that is none": [{ buyerEmail: "nobody" }, 400, /buyerEmail/],
    "a country that is none": [{ billingDetail: { country: "XX", isBusiness: false } }, 400, /country/],
    "a life of nothing": [{ expiresInSeconds: 0 }, 400, /expiresInSeconds/],
    "a negative life": [{ expiresInSeconds: -60 }, 400, /expiresInSeconds/],
    "half a second": [{ expiresInSeconds: 1.5 }, 400, /expiresInSeconds/],
    "a life of more than seven days": [{ expiresInSeconds: 604_801 }, 400, /expiresInSeconds/],
    "an unknown language": [{ language: "tlh" }, 400, /language/],
    "metadata that is not flat": [{ metadata: { a: { b: "c" } } }, 400, /metadata/],
    "a reference that is too long": [{ orderMerchantExternalId: "x".repeat(129) }, 400, /orderMerchantExternalId/],
    "methods both in and out": [{ includePaymentMethods: ["card"], excludePaymentMethods: ["applepay"] }, 400],
    "a method that is not supported": [{ currency: "JPY", includePaymentMethods: ["wechat"] }, 400, /wechat/],
    "no method left": [{ excludePaymentMethods: ["card", "applepay", "googlepay", "wechat"] }, 400],
    "a timing without its order": [{ changeTiming: "immediate" }, 400, /originOrderId/],
  };
  for (const [what, [change, status, message]] of Object.entries(bad)) {
    await t.test(what, () => assertThrows(() => client().checkout.createSession({ ...good, ...change }), status, message));
  }
  await t.test("a method that is out although it was never in is no mistake", () =>
    client().checkout.createSession({ ...good, excludePaymentMethods: ["pigeon"], metadata: { try: "1" } }));
});

test("a body that is no JSON object is refused", async (t) => {
  for (const [what, body] of Object.entries({
    "broken": `{"productId": `, "a list": `[]`, "a text": `"x"`, "nothing": ``, "two objects": `{}{}`,
    "a repeated member": `{"productId":"a","productId":"b","currency":"USD"}`,
  })) {
    await t.test(what, async () => assertRefused(await act("checkout/create-session", body), 400));
  }
});

test("an equal call soon after is the same session only under a key", async () => {
  const wanted = { productId: shop.product.id, currency: "USD", metadata: { try: unique("twice") } };
  const first = await client().checkout.createSession(wanted);
  const second = await client().checkout.createSession(wanted);
  if (!derivesKeys) {
    assert.notEqual(first.sessionId, second.sessionId);
  } else if (first.sessionId !== second.sessionId) {
    // The older SDK's key changes at each full minute: between the two calls once.
    const third = await client().checkout.createSession(wanted);
    assert.equal(third.sessionId, second.sessionId);
  }
});
