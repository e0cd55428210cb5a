// Requests of a buyer with a session token, and of a visitor with a store's
// slug (spec/pancake.md §3.2, §3.3, §5.9, §5.10).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { payByCommand, visit } from "./buyer.mjs";
import {
  act, assertRefused, client, closeReceivers, openShop, post, sessionID, shortID, unique, verifyWebhook, world,
} from "./world.mjs";

let shop;
before(async () => {
  shop = await openShop();
});
after(closeReceivers);

const createSession = "/v1/actions/checkout/create-session";
const createOrder = "/v1/actions/onetime-order/create-order";
const json = { "Content-Type": "application/json" };
const bearer = (token, env = "test") => ({ ...json, Authorization: `Bearer ${token}`, ...(env && { "X-Environment": env }) });
const visitor = (slug, env = "test") => ({ ...json, "X-Store-Slug": slug, ...(env && { "X-Environment": env }) });
const germany = { country: "DE", isBusiness: false };

const newToken = async (buyerIdentity = unique("buyer")) =>
  (await shop.merchant.auth.issueSessionToken({ storeId: shop.store.id, buyerIdentity })).token;
const newSession = (more) =>
  shop.merchant.checkout.anonymous.create({
    productId: shop.product.id, currency: "USD", metadata: { session: unique("s") }, ...more,
  });
const order = (body, headers) => post(createOrder, JSON.stringify(body), headers);

test("a token without its environment is an incomplete set of headers, not a wrong credential", async (t) => {
  const { sessionId } = await newSession();
  const body = { checkoutSessionId: sessionId, billingDetail: germany, buyerEmail: "b@example.test" };
  const token = await newToken();
  for (const [what, env] of Object.entries({ missing: "", misspelt: "testing" })) {
    await t.test(what, async () => assertRefused(await order(body, bearer(token, env)), 400, /x-environment/i));
  }
  await t.test("the other one is a wrong credential", async () => assertRefused(await order(body, bearer(token, "prod")), 401));
  await t.test("the right one is admitted", async () => {
    const answer = await order(body, bearer(token));
    assert.equal(answer.status, 200, answer.text);
  });
});

test("a token that ran out, a made-up one and a spoilt one are refused", async () => {
  const { sessionId } = await newSession();
  const token = await newToken();
  const body = { checkoutSessionId: sessionId, billingDetail: germany, buyerEmail: "b@example.test" };
  for (const bad of [world.expiredToken, "opaque", `${token}x`, token.slice(0, -1)]) {
    assertRefused(await order(body, bearer(bad)), 401, /Authentication failed/);
  }
  assert.equal((await visit(`${world.url}/store/${shop.store.slug}/checkout/${sessionId}`).identify("opaque")).status, 401);
});

test("the SDK throws what a customer's call is refused with", async () => {
  await assert.rejects(client().customer("opaque").cancelOnetimeOrder({ orderId: "ORD_0000000000000000000000" }), (error) => {
    assert.ok([401, 404].includes(error.status), `${error.status}`);
    return error.errors.length > 0;
  });
});

test("a buyer with a token orders, is sent to the payment, and the sale knows the buyer", async () => {
  const buyerIdentity = unique("user");
  const session = await newSession();
  const answer = await order(
    { checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "  Token@Example.test ", storeId: "ignored" },
    bearer(await newToken(buyerIdentity)),
  );
  assert.equal(answer.status, 200, answer.text);
  const { checkoutUrl, orderId } = answer.envelope.data;
  assert.match(orderId, shortID("ORD"));
  assert.ok(checkoutUrl.startsWith(`${world.url}/store/${shop.store.slug}/checkout/`), checkoutUrl);
  const page = visit(checkoutUrl);
  const at = await page.look();
  assert.equal(at.state, "payment");
  const paid = await page.pay(at.turn);
  assert.equal(paid.orderId, orderId);
  const webhook = await shop.receiver.of(orderId);
  const { data } = verifyWebhook(webhook.body, webhook.headers["x-waffo-signature"]);
  assert.equal(data.merchantProvidedBuyerIdentity, buyerIdentity);
  assert.equal(data.buyerEmail, "token@example.test");
});

test("an identity that is an address is the buyer's address", async () => {
  const session = await newSession();
  const answer = await order(
    { checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "other@example.test" },
    bearer(await newToken("Known@Example.test")),
  );
  assert.equal(answer.status, 200, answer.text);
  const { said } = await payByCommand(answer.envelope.data.checkoutUrl);
  const { data } = JSON.parse((await shop.receiver.of(said.orderId)).body);
  assert.equal(data.buyerEmail, "known@example.test");
});

test("an order that lacks something is refused, and what was prefilled need not be sent", async (t) => {
  const token = await newToken();
  const bare = await newSession();
  const full = { checkoutSessionId: bare.sessionId, billingDetail: germany, buyerEmail: "b@example.test" };
  const bad = {
    "no session": [{ checkoutSessionId: undefined }, 400, /checkoutSessionId/],
    "a session that is none": [{ checkoutSessionId: "cs_1" }, 400],
    "a session of nobody": [{ checkoutSessionId: "cs_00000000-0000-7000-8000-000000000000" }, 404, /session/i],
    "no address": [{ buyerEmail: undefined }, 400, /buyerEmail/],
    "no billing detail": [{ billingDetail: undefined }, 400, /billingDetail/],
    "no state in the US": [{ billingDetail: { country: "US", isBusiness: false, postcode: "10001" } }, 400, /state/],
    "a business without a name": [{ billingDetail: { country: "DE", isBusiness: true } }, 400, /businessName/],
  };
  for (const [what, [change, status, message]] of Object.entries(bad)) {
    await t.test(what, async () => assertRefused(await order({ ...full, ...change }, bearer(token)), status, message));
  }
  await t.test("prefilled", async () => {
    const session = await newSession({ buyerEmail: "pre@example.test", billingDetail: germany });
    const answer = await order({ checkoutSessionId: session.sessionId }, bearer(token));
    assert.equal(answer.status, 200, answer.text);
  });
});

test("a buyer of another store gets nothing of this one", async () => {
  const other = await openShop();
  const { token } = await other.merchant.auth.issueSessionToken({ storeId: other.store.id, buyerIdentity: "u" });
  const session = await newSession();
  const answer = await order(
    { checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "b@example.test" }, bearer(token),
  );
  assert.ok([403, 404].includes(answer.status), answer.text);
  assertRefused(answer, answer.status);
});

test("a visitor opens a session by the store's slug, without what is the merchant's to say", async () => {
  const body = {
    productId: shop.product.id, currency: "USD", buyerEmail: "v@example.test", billingDetail: germany,
    priceSnapshot: { amount: "0.01", taxCategory: "saas" }, expiresInSeconds: -1, metadata: { forged: 7 },
    orderMerchantExternalId: "forged", withTrial: "maybe", includePaymentMethods: ["card"], excludePaymentMethods: ["card"],
  };
  const answer = await post(createSession, JSON.stringify(body), visitor(shop.store.slug));
  assert.equal(answer.status, 200, answer.text);
  const { sessionId, checkoutUrl, expiresAt } = answer.envelope.data;
  assert.match(sessionId, sessionID);
  assert.ok(Math.abs(new Date(expiresAt) - Date.now() - 45 * 60_000) < 60_000, expiresAt);
  const { said } = await payByCommand(checkoutUrl);
  assert.equal(said.amount, "29.00");
  const { data } = JSON.parse((await shop.receiver.of(said.orderId)).body);
  assert.equal(data.chargedAmount, "29.00");
  assert.deepEqual(data.orderMetadata, {});
  assert.ok(!("orderMerchantExternalId" in data));
  assert.ok(!("merchantProvidedBuyerIdentity" in data));
});

test("a visitor orders in a session of the same store", async () => {
  const session = await newSession();
  const answer = await order(
    { checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "v@example.test" }, visitor(shop.store.slug),
  );
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.envelope.data.orderId, shortID("ORD"));
});

test("what a visitor may not do is refused", async (t) => {
  const body = JSON.stringify({ productId: shop.product.id, currency: "USD" });
  await t.test("an unknown store", async () => assertRefused(await post(createSession, body, visitor("no-such-store")), 404));
  await t.test("no environment", async () =>
    assertRefused(await post(createSession, body, visitor(shop.store.slug, "")), 400, /x-environment/i));
  await t.test("a plan change", async () => {
    const change = JSON.stringify({ productId: shop.product.id, currency: "USD", originOrderId: "ORD_0000000000000000000000" });
    assertRefused(await post(createSession, change, visitor(shop.store.slug)), 403);
  });
  await t.test("a merchant's action", async () => {
    const answer = await post("/v1/actions/store/create-store", JSON.stringify({ name: "Mine" }), visitor(shop.store.slug));
    assert.ok([401, 403].includes(answer.status), answer.text);
    assertRefused(answer, answer.status);
  });
});

test("a page of another origin may make a visitor's calls", async () => {
  const preflight = await fetch(world.url + createSession, {
    method: "OPTIONS",
    headers: {
      Origin: "https://shop.example.com", "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type,x-environment,x-store-slug",
    },
  });
  assert.ok(preflight.ok, `${preflight.status}`);
  assert.ok(["*", "https://shop.example.com"].includes(preflight.headers.get("access-control-allow-origin")));
  assert.match(preflight.headers.get("access-control-allow-headers"), /x-store-slug/i);
  const answer = await post(createSession, JSON.stringify({ productId: shop.product.id, currency: "USD" }), {
    ...visitor(shop.store.slug), Origin: "https://shop.example.com",
  });
  assert.ok(["*", "https://shop.example.com"].includes(answer.headers.get("access-control-allow-origin")));
});

test("a merchant orders in a session, or gets one without", async () => {
  const session = await newSession();
  const placed = await act("onetime-order/create-order", {
    checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "k@example.test",
  });
  assert.equal(placed.status, 200, placed.text);
  assert.match(placed.envelope.data.orderId, shortID("ORD"));
  const { code, said, stderr } = await payByCommand(placed.envelope.data.checkoutUrl);
  assert.equal(code, 0, stderr);
  assert.equal(said.orderId, placed.envelope.data.orderId);

  const made = await act("onetime-order/create-order", { productId: shop.product.id, currency: "USD" });
  assert.equal(made.status, 200, made.text);
  assert.deepEqual(Object.keys(made.envelope.data).sort(), ["checkoutUrl", "expiresAt", "sessionId"]);
  assert.match(made.envelope.data.sessionId, sessionID);
  assertRefused(await act("onetime-order/create-order", {}), 400, /checkoutSessionId/);
});

test("an order that is paid cannot be placed again", async () => {
  const session = await newSession();
  const body = { checkoutSessionId: session.sessionId, billingDetail: germany, buyerEmail: "k@example.test" };
  assert.equal((await act("onetime-order/create-order", body)).status, 200);
  assert.equal((await payByCommand(session.checkoutUrl)).code, 0);
  assertRefused(await act("onetime-order/create-order", body), 404, /session/i);
});
