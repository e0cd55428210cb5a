// Stores, endpoints and one-time products (spec/pancake.md §5.3, §5.4, §5.6).

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";

import { act, assertRefused, assertThrows, client, instant, shortID, unique, uuid, world } from "./world.mjs";

const keys = (entity) => Object.keys(entity).sort();

test("a store comes back whole", async () => {
  const name = unique("X Maker Studio");
  const { store, ...rest } = await client().stores.create({ name });
  assert.deepEqual(rest, {});
  assert.deepEqual(keys(store), [
    "checkoutSettings", "createdAt", "deletedAt", "id", "logo", "name", "notificationSettings", "prodEnabled", "slug",
    "status", "supportEmail", "updatedAt", "website",
  ]);
  assert.match(store.id, shortID("STO"));
  assert.match(store.slug, /^x-maker-studio-[0-9a-f]{12}-[0-9a-z]{8}$/);
  assert.match(store.createdAt, instant);
  assert.match(store.updatedAt, instant);
  const { id, slug, createdAt, updatedAt, notificationSettings, ...plain } = store;
  assert.deepEqual(plain, {
    name, status: "active", logo: null, supportEmail: null, website: null, prodEnabled: false, checkoutSettings: null,
    deletedAt: null,
  });
  assert.equal(Object.keys(notificationSettings).length, 21);
  assert.ok(Object.values(notificationSettings).every((on) => on === true));
});

test("an endpoint comes back whole, and the same address may be added twice", async () => {
  const { store } = await client().stores.create({ name: unique("Hooks") });
  const wanted = {
    storeId: store.id, channel: "http", url: "https://shop.example.com/hooks?a=1", events: ["order.completed", "refund.succeeded"],
    testMode: true,
  };
  const { webhook } = await client().webhooks.add(wanted);
  assert.deepEqual(keys(webhook), ["channel", "createdAt", "events", "id", "secret", "storeId", "testMode", "updatedAt", "url"]);
  assert.match(webhook.id, uuid);
  assert.match(webhook.createdAt, instant);
  assert.equal(webhook.secret, null);
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(webhook[name], value, name);

  const again = await client().webhooks.add({ ...wanted, events: [] });
  assert.notEqual(again.webhook.id, webhook.id);
});

test("an endpoint that cannot be is refused with a reason", async (t) => {
  const { store } = await client().stores.create({ name: unique("Hooks") });
  const good = { storeId: store.id, channel: "http", url: "https://shop.example.com/hooks", events: [], testMode: true };
  const bad = {
    "an unknown channel": { channel: "pigeon" },
    "http outside of development": { url: "http://shop.example.com/hooks" },
    "a private address": { url: "https://10.0.0.7/hooks" },
    "the server's own address": { url: `${world.url}/hooks` },
    "no URL": { url: "shop" },
    "an unknown event": { events: ["order.imagined"] },
    "events that are no list": { events: "order.completed" },
    "a secret that is no text": { secret: 7 },
    "no testMode": { testMode: undefined },
  };
  for (const [what, change] of Object.entries(bad)) {
    await t.test(what, () => assertThrows(() => client().webhooks.add({ ...good, ...change }), 400));
  }
  await t.test("a store of nobody", () =>
    assertThrows(() => client().webhooks.add({ ...good, storeId: "STO_0000000000000000000000" }), 404, /Store not found/));
});

test("the twenty-first endpoint is refused", async () => {
  const { store } = await client().stores.create({ name: unique("Many") });
  const add = (number) =>
    client().webhooks.add({
      storeId: store.id, channel: "http", url: `https://shop.example.com/${number}`, events: [], testMode: number % 2 === 0,
    });
  for (let number = 1; number <= 20; number++) await add(number);
  await assertThrows(() => add(21), 400);
});

test("a product comes back whole", async () => {
  const { store } = await client().stores.create({ name: unique("Shelf") });
  const wanted = {
    storeId: store.id, name: unique("Guide"), description: "# A guide",
    prices: { USD: { amount: "29.00", taxCategory: "saas" }, JPY: { amount: "4500", taxCategory: "ebook" } },
    media: [{ type: "image", url: "https://cdn.example.com/a.png", alt: "Cover" }],
    successUrl: "https://shop.example.com/thanks", metadata: { sku: "G-1", pages: 12, tags: ["a", null] },
  };
  const { product } = await client().onetimeProducts.create(wanted);
  assert.deepEqual(keys(product), [
    "createdAt", "description", "id", "media", "metadata", "name", "prices", "status", "storeId", "successUrl", "updatedAt",
  ]);
  assert.match(product.id, shortID("PROD"));
  assert.match(product.createdAt, instant);
  assert.equal(product.status, "active");
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(product[name], value, name);
});

test("a product's optional members are null or empty, and old members are ignored", async () => {
  const { store } = await client().stores.create({ name: unique("Shelf") });
  const price = { amount: "5", taxCategory: "saas", taxIncluded: true };
  const { product } = await client().onetimeProducts.create({ storeId: store.id, name: unique("Bare"), prices: { USD: price } });
  assert.equal(product.description, null);
  assert.equal(product.successUrl, null);
  assert.deepEqual(product.media, []);
  assert.deepEqual(product.metadata, {});
  assert.deepEqual(product.prices, { USD: { amount: "5.00", taxCategory: "saas" } });
});

test("a product that cannot be is refused with a reason", async (t) => {
  const { store } = await client().stores.create({ name: unique("Shelf") });
  const price = { amount: "29.00", taxCategory: "saas" };
  const good = { storeId: store.id, name: "Guide", prices: { USD: price } };
  const bad = {
    "no name": [{ name: undefined }, /Missing required field: name/],
    "a long name": [{ name: "x".repeat(65) }, /name must not exceed 64 characters/],
    "no price": [{ prices: {} }, /prices/],
    "an unknown currency": [{ prices: { XQX: price } }, /XQX/],
    "a fraction of a yen": [{ prices: { JPY: { ...price, amount: "4500.5" } } }, /JPY|amount/],
    "an amount in letters": [{ prices: { USD: { ...price, amount: "free" } } }, /amount/],
    "an amount as a number": [{ prices: { USD: { ...price, amount: 29 } } }, /amount/],
    "an unknown tax category": [{ prices: { USD: { ...price, taxCategory: "food" } } }, /taxCategory/],
    "a success URL that is none": [{ successUrl: "javascript:alert(1)" }, /successUrl/],
    "an id of another kind": [{ storeId: "PROD_0000000000000000000000" }, /Expected format: STO_xxx, got "PROD_/],
  };
  for (const [what, [change, message]] of Object.entries(bad)) {
    await t.test(what, async () => {
      assertRefused(await act("onetime-product/create-product", { ...good, ...change }), 400, message);
    });
  }
});

test("a client behind a prefix is served where a proxy strips the prefix", async () => {
  // The SDK signs the path after its baseUrl; whoever mounts the server under a
  // prefix strips it (spec/pancake.md §1).
  const proxy = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    assert.ok(request.url.startsWith("/pay/here/v1/"), request.url);
    const { host, connection, "content-length": length, ...headers } = request.headers;
    const answer = await fetch(world.url + request.url.slice("/pay/here".length), {
      method: request.method, headers, body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(await answer.text());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  try {
    const base = `http://127.0.0.1:${proxy.address().port}/pay/here/`;
    const { store } = await client({ baseUrl: base }).stores.create({ name: unique("Prefixed") });
    assert.match(store.id, shortID("STO"));
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test("an unknown address answers 404 with a reason, and the SDK throws it", async (t) => {
  await t.test("an action that does not exist", async () => {
    assertRefused(await act("store/burn-store", {}), 404);
  });
  await t.test("a prefix that nobody strips", () =>
    assert.rejects(client({ baseUrl: `${world.url}/pfx` }).stores.create({ name: unique("Lost") }), { status: 404 }));
});
