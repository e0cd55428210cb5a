// The signature of a merchant's request (spec/pancake.md §3.1).

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";

import { assertRefused, assertThrows, canonical, client, post, shortID, signed, unique, world } from "./world.mjs";

const path = "/v1/actions/store/create-store";
const seconds = () => Math.floor(Date.now() / 1000);
const body = () => JSON.stringify({ name: unique("Signed") });
const stranger = generateKeyPairSync("rsa", {
  modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

/** Checks a 401 whose hint shows the string that should have been signed. */
function assertUnsigned(answer, expected) {
  assertRefused(answer, 401);
  assert.equal(answer.envelope.errors[0].layer, "gateway");
  if (expected) {
    assert.ok(answer.envelope.errors[0].aiHint.includes(JSON.stringify(expected)), answer.envelope.errors[0].aiHint);
  }
}

test("the literal body counts, not what it means", async () => {
  const text = `\t{ "name" : "Spaced \\u00e9 ${Date.now()}",\r\n"unknown": [1.0e2] }\n`;
  const answer = await post(path, text, signed(path, text));
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.envelope.data.store.id, shortID("STO"));
});

test("a body that was tampered with is refused, and the hint shows what was signed", async () => {
  const text = body();
  const stamp = String(seconds());
  const tampered = text.replace("Signed", "Forged");
  assertUnsigned(await post(path, tampered, signed(path, text, { stamp })), canonical(path, stamp, tampered));
});

test("a signature for another path is refused", async () => {
  const text = body();
  const stamp = String(seconds());
  assertUnsigned(await post(path, text, signed("/v1/actions/store/add-webhook", text, { stamp })), canonical(path, stamp, text));
});

test("a stranger's key is refused, and the SDK throws", async () => {
  const text = body();
  const stamp = String(seconds());
  assertUnsigned(await post(path, text, signed(path, text, { stamp, key: stranger })), canonical(path, stamp, text));
  await assertThrows(() => client({ privateKey: stranger }).stores.create({ name: unique("Forged") }), 401);
});

test("the SDK's error carries the hint", async () => {
  await assert.rejects(client({ privateKey: stranger }).stores.create({ name: unique("Forged") }), (error) => {
    assert.equal(error.status, 401);
    assert.match(error.errors[0].aiHint, /POST\\n\/v1\/actions\/store\/create-store\\n\d+\\n/);
    return true;
  });
});

test("time is checked to both sides", async (t) => {
  const at = async (offset) => {
    const text = body();
    return post(path, text, signed(path, text, { stamp: String(seconds() + offset) }));
  };
  await t.test("four minutes old is fresh", async () => assert.equal((await at(-4 * 60)).status, 200));
  await t.test("half a minute ahead is fresh", async () => assert.equal((await at(30)).status, 200));
  await t.test("an hour old is stale", async () => assertUnsigned(await at(-60 * 60)));
  // One second may pass between signing and checking, which only a moment
  // ahead forgives: 62 s ahead is 61 s at least.
  await t.test("more than a minute ahead is refused", async () => assertUnsigned(await at(62)));
});

test("the SDK throws when its clock is wrong", async () => {
  const now = Date.now;
  for (const offset of [-60 * 60_000, 62_000]) {
    Date.now = () => now() + offset;
    try {
      await assertThrows(() => client().stores.create({ name: unique("Late") }), 401);
    } finally {
      Date.now = now;
    }
  }
});

test("milliseconds are read as such and signed as they are", async () => {
  const text = body();
  const answer = await post(path, text, signed(path, text, { stamp: String(Date.now()) }));
  assert.equal(answer.status, 200, answer.text);
  assertUnsigned(await post(path, text, signed(path, text, { stamp: String(Date.now() - 3_600_000) })));
});

test("a header that is missing or spoilt is refused", async (t) => {
  const text = body();
  for (const name of ["X-Merchant-Id", "X-Timestamp", "X-Signature"]) {
    await t.test(`without ${name}`, async () => {
      const headers = signed(path, text);
      delete headers[name];
      assertUnsigned(await post(path, text, headers));
    });
  }
  for (const [name, value] of Object.entries({
    "X-Merchant-Id": "MER_0000000000000000000000", "X-Timestamp": "yesterday", "X-Signature": "AAAA",
  })) {
    await t.test(`${name}: ${value}`, async () => {
      assertUnsigned(await post(path, text, { ...signed(path, text), [name]: value }));
    });
  }
  await t.test("a merchant id that is none", async () => {
    assertUnsigned(await post(path, text, { ...signed(path, text), "X-Merchant-Id": "merchant" }));
  });
});

test("no credential and two credentials are refused", async () => {
  const text = body();
  assertUnsigned(await post(path, text, { "Content-Type": "application/json" }));
  assertUnsigned(await post(path, text, { ...signed(path, text), Authorization: "Bearer x", "X-Environment": "test" }));
});

test("the key decides the environment", async () => {
  // A store of its own is not approved: its live side stays closed.
  const { store } = await client().stores.create({ name: unique("Closed") });
  const live = client({ privateKey: world.prod.privateKey });
  await assertThrows(() => live.auth.issueSessionToken({ storeId: store.id, buyerIdentity: "u" }), 403);
  const { token } = await live.auth.issueSessionToken({ storeId: world.storeId, buyerIdentity: "u" });
  assert.ok(token);
});

test("other methods, and paths with a tail, are no action", async () => {
  for (const [method, where] of [["GET", path], ["PUT", path], ["POST", `${path}/`], ["POST", "/v1/actions"]]) {
    const response = await fetch(world.url + where, { method, redirect: "manual" });
    assert.ok([401, 404, 405].includes(response.status), `${method} ${where}: ${response.status}`);
    assert.ok((await response.json()).errors.length > 0);
  }
});
