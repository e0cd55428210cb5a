// What the server does not have yet it says so, in a way that the SDK passes
// on: an answer that the SDK cannot read would look like a broken network, and
// one without errors like success (spec/pancake.md §4).

import assert from "node:assert/strict";
import { test } from "node:test";

import { assertThrows, client, world } from "./world.mjs";

const store = "STO_0000000000000000000001";
const product = "PROD_0000000000000000000001";
const order = "ORD_0000000000000000000001";
const payment = "PAY_0000000000000000000001";
const ticket = "TKT_0000000000000000000001";
const merchant = "MER_0000000000000000000001";
const group = "00000000-0000-7000-8000-000000000001";
const amount = { amount: "1.00", currency: "USD" };

test("a call that is not built yet is refused as such", async (t) => {
  const merchants = client();
  const { token } = await merchants.auth.issueSessionToken({ storeId: world.storeId, buyerIdentity: "u-9" });
  const customer = merchants.customer(token);
  const plan = { storeId: store, name: "Team", billingPeriod: "monthly", prices: { USD: { amount: "12.00", taxCategory: "saas" } } };
  const calls = {
    "storeMerchants.add": () => merchants.storeMerchants.add({ storeId: store, email: "a@example.com", role: "admin" }),
    "storeMerchants.remove": () => merchants.storeMerchants.remove({ storeId: store, merchantId: merchant }),
    "storeMerchants.updateRole": () => merchants.storeMerchants.updateRole({ storeId: store, merchantId: merchant, role: "member" }),
    "subscriptionProducts.create": () => merchants.subscriptionProducts.create(plan),
    "subscriptionProducts.update": () => merchants.subscriptionProducts.update({ id: product, name: "Team" }),
    "subscriptionProducts.publish": () => merchants.subscriptionProducts.publish({ id: product }),
    "subscriptionProducts.updateStatus": () => merchants.subscriptionProducts.updateStatus({ id: product, status: "active" }),
    "subscriptionProductGroups.create": () => merchants.subscriptionProductGroups.create({ storeId: store, name: "Plans" }),
    "subscriptionProductGroups.update": () => merchants.subscriptionProductGroups.update({ id: group, name: "Plans" }),
    "subscriptionProductGroups.delete": () => merchants.subscriptionProductGroups.delete({ id: group }),
    "subscriptionProductGroups.publish": () => merchants.subscriptionProductGroups.publish({ id: group }),
    "orders.cancelSubscription": () => merchants.orders.cancelSubscription({ orderId: order }),
    "contentSafety.scanPrompt": () => merchants.contentSafety.scanPrompt({ prompt: "a lighthouse" }),
    "customer.cancelSubscription": () => customer.cancelSubscription({ orderId: order }),
    "customer.reactivateSubscription": () => customer.reactivateSubscription({ orderId: order }),
    "customer.createRefundTicket": () => customer.createRefundTicket({ paymentId: payment, reason: "broken", requestedAmount: amount }),
    "customer.resubmitRefundTicket": () =>
      customer.resubmitRefundTicket({ ticketId: ticket, paymentId: payment, reason: "broken", requestedAmount: amount }),
  };
  for (const [name, call] of Object.entries(calls)) {
    await t.test(name, () => assertThrows(call, 501, /Not implemented/));
  }
  await t.test("graphql.query", async () => {
    // The SDK hands the errors of a query over instead of throwing them.
    const answer = await merchants.graphql.query({ query: "query { stores { id } }" }).catch((error) => error);
    assert.match(JSON.stringify(answer.errors), /Not implemented/);
  });
});
