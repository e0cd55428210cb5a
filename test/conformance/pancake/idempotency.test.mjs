// X-Idempotency-Key: the key is the whole identity of a call (spec/pancake.md §3.5).

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { act, assertRefused, assertThrows, client, derivesKeys, unique, WaffoPancakeError, world } from "./world.mjs";

const freshKey = () => randomBytes(16).toString("hex");
const createStore = (body, key) => act("store/create-store", body, key === undefined ? {} : { "X-Idempotency-Key": key });

test("the same key replays the same bytes, whatever else is sent", async () => {
  const key = freshKey();
  const first = await createStore({ name: unique("Once") }, key);
  assert.equal(first.status, 200, first.text);
  const again = await createStore({ name: unique("Twice") }, key);
  assert.equal(again.status, 200);
  assert.equal(again.text, first.text);
  const elsewhere = await act("onetime-product/create-product", { broken: true }, { "X-Idempotency-Key": key });
  assert.equal(elsewhere.text, first.text);
});

test("the SDK's second call is the first one's answer", async () => {
  const name = unique("Once");
  const options = derivesKeys ? undefined : { idempotencyKey: freshKey() };
  const first = await client().stores.create({ name }, options);
  const again = await client().stores.create({ name }, options);
  assert.equal(again.store.id, first.store.id);
});

test("without a key each call counts", async () => {
  const body = { name: unique("Each") };
  const first = await createStore(body);
  const again = await createStore(body);
  assert.equal(again.status, 200, again.text);
  assert.notEqual(again.envelope.data.store.id, first.envelope.data.store.id);
});

test("many calls at once under one key make one store; the others wait or replay", async () => {
  const key = freshKey();
  const name = unique("Race");
  const answers = await Promise.all(Array.from({ length: 40 }, () => createStore({ name }, key)));
  const made = answers.filter((answer) => answer.status === 200);
  for (const answer of answers) {
    if (answer.status !== 200) assertRefused(answer, 409, /idempotency key/);
  }
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map((answer) => answer.envelope.data.store.id)).size, 1);
  // Whoever was told 409 asks again and learns what became of it.
  assert.equal((await createStore({ name }, key)).text, made[0].text);
});

test("the SDK throws the 409 of a call in flight as its own error", async () => {
  const name = unique("Race");
  const options = derivesKeys ? undefined : { idempotencyKey: freshKey() };
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => client().stores.create({ name }, options)));
  const made = results.filter((result) => result.status === "fulfilled");
  for (const result of results.filter((result) => result.status === "rejected")) {
    assert.ok(result.reason instanceof WaffoPancakeError, `${result.reason}`);
    assert.equal(result.reason.status, 409);
  }
  assert.equal(new Set(made.map((result) => result.value.store.id)).size, 1);
});

test("a call that failed frees its key", async () => {
  const key = freshKey();
  assertRefused(await createStore({}, key), 400, /name/);
  const second = await createStore({ name: unique("Freed") }, key);
  assert.equal(second.status, 200, second.text);
});

test("a malformed key is refused before anything is done", async (t) => {
  const bad = {
    "257 characters": "k".repeat(257), "a space": "a b", "a dot": "a.b", "a slash": "a/b", "nothing": "",
    "two keys in one": "a,b",
  };
  for (const [what, key] of Object.entries(bad)) {
    await t.test(what, async () => {
      const answer = await createStore({ name: unique("Bad key") }, key);
      assertRefused(answer, 400, /X-Idempotency-Key/);
      assert.equal(answer.envelope.errors[0].layer, "gateway");
    });
  }
  await t.test("256 characters are fine", async () => {
    const answer = await createStore({ name: unique("Long key") }, freshKey().repeat(8));
    assert.equal(answer.status, 200, answer.text);
  });
  await t.test("a malformed key is refused on a call that ignores keys, too", async () => {
    const body = { buyerIdentity: "u", storeId: world.storeId };
    assertRefused(await act("auth/issue-session-token", body, { "X-Idempotency-Key": "a b" }), 400, /X-Idempotency-Key/);
  });
});

test("a key on issue-session-token replays nothing", async () => {
  const key = freshKey();
  const body = { buyerIdentity: "u", storeId: world.storeId };
  const [first, second] = [
    await act("auth/issue-session-token", body, { "X-Idempotency-Key": key }),
    await act("auth/issue-session-token", body, { "X-Idempotency-Key": key }),
  ];
  assert.equal(first.status, 200, first.text);
  assert.equal(second.status, 200, second.text);
  assert.notEqual(first.envelope.data.token, second.envelope.data.token);
});

test("the live key has its own keys", async () => {
  const key = freshKey();
  const first = await createStore({ name: unique("Test side") }, key);
  const live = client({ privateKey: world.prod.privateKey, fetch: (url, init) => fetch(url, {
    ...init, headers: { ...init.headers, "X-Idempotency-Key": key },
  }) });
  const { store } = await live.stores.create({ name: unique("Live side") });
  assert.notEqual(store.id, first.envelope.data.store.id);
});

test("every write of the SDK works with the keys that it sends", async () => {
  const seen = [];
  const merchant = client({ fetch: (url, init) => {
    seen.push(init.headers["X-Idempotency-Key"]);
    return fetch(url, init);
  } });
  const { store } = await merchant.stores.create({ name: unique("Keyed") });
  await merchant.webhooks.add({ storeId: store.id, channel: "http", url: "https://shop.example.com/", events: [], testMode: true });
  const { product } = await merchant.onetimeProducts.create({
    storeId: store.id, name: "Keyed", prices: { USD: { amount: "1", taxCategory: "saas" } },
  });
  await merchant.auth.issueSessionToken({ storeId: store.id, buyerIdentity: "u" });
  await merchant.checkout.createSession({ productId: product.id, currency: "USD" });
  await merchant.checkout.anonymous.create({ productId: product.id, currency: "USD", metadata: { try: "2" } });
  await merchant.checkout.authenticated.create({ productId: product.id, currency: "USD", buyerIdentity: "u", metadata: { try: "3" } });
  assert.equal(seen.length, 8);
  if (derivesKeys) {
    for (const key of seen) assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(new Set(seen).size, 8);
  } else {
    assert.deepEqual(seen, Array(8).fill(undefined));
  }
});

test("a store of nobody does not use up a key", async () => {
  const body = { storeId: "STO_0000000000000000000000", channel: "http", url: "https://shop.example.com/", events: [], testMode: true };
  const key = freshKey();
  assertRefused(await act("store/add-webhook", body, { "X-Idempotency-Key": key }), 404);
  await assertThrows(() => client().webhooks.add(body), 404);
  const made = await act("store/add-webhook", { ...body, storeId: world.storeId }, { "X-Idempotency-Key": key });
  assert.equal(made.status, 200, made.text);
});
