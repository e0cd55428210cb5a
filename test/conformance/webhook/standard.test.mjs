// What the library of Standard Webhooks believes of real deliveries
// (spec/webhook-engine.md §3): each of them under each secret.

import assert from "node:assert/strict";
import { test } from "node:test";

const { Webhook, WebhookVerificationError } = await import(process.env.TILLWAY_SDK);
const { deliveries } = JSON.parse(process.env.TILLWAY_WORLD);

/** Runs something at another moment, as far as the library can see. */
function later(milliseconds, act) {
  const now = Date.now;
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length ? args : [now() + milliseconds]));
    }
    static now = () => now() + milliseconds;
  };
  try {
    return act();
  } finally {
    globalThis.Date = RealDate;
  }
}

for (const { name, body, headers, secrets } of deliveries) {
  for (const { secret, good } of secrets) {
    test(`${name}: a secret that ${good ? "signs" : "does not sign"}`, () => {
      const webhook = new Webhook(secret);
      if (!good) {
        assert.throws(() => webhook.verify(body, headers), WebhookVerificationError);
        return;
      }
      assert.equal(webhook.verify(body, headers).eventType, "order.completed");
      assert.equal(JSON.parse(body).id, headers["webhook-id"]);
      assert.throws(() => webhook.verify(`${body} `, headers), WebhookVerificationError);
      assert.throws(() => webhook.verify(body, { ...headers, "webhook-id": "another" }), WebhookVerificationError);
      assert.throws(() => later(6 * 60_000, () => webhook.verify(body, headers)), WebhookVerificationError);
      assert.throws(() => later(-6 * 60_000, () => webhook.verify(body, headers)), WebhookVerificationError);
      assert.ok(later(4 * 60_000, () => webhook.verify(body, headers)));
    });
  }
}

test("there was something to verify", () => assert.ok(deliveries.length > 0));
