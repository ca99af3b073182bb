import assert from "node:assert/strict";
import { test } from "node:test";
import { TooLate, within } from "../src/promises.ts";

test("an answer that comes too late is not waited for", async () => {
  assert.equal(await within(1_000, Promise.resolve(1)), 1);
  await assert.rejects(within(10, new Promise(() => undefined)), new TooLate("no answer within 0.01 s"));
});
