// What the SDK's verifier believes while the platform's key pair is rotated
// (spec/pancake.md §10.2): the header has one signature, so exactly one of the
// keys is good, and a receiver that tries both is never surprised.

import assert from "node:assert/strict";
import { test } from "node:test";

const { verifyWebhook } = await import(process.env.TILLWAY_SDK);
const { deliveries } = JSON.parse(process.env.TILLWAY_WORLD);

for (const { name, body, headers, secrets } of deliveries) {
  test(name, () => {
    const header = headers["x-waffo-signature"];
    for (const { secret: publicKey, good } of secrets) {
      if (good) {
        assert.equal(verifyWebhook(body, header, { publicKey }).eventType, "order.completed");
      } else {
        assert.throws(() => verifyWebhook(body, header, { publicKey }), /Invalid webhook signature/);
      }
    }
    assert.equal(secrets.filter(({ good }) => good).length, 1);
  });
}

test("there was something to verify", () => assert.ok(deliveries.length > 0));
