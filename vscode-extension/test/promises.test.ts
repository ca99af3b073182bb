import assert from "node:assert/strict";
import { test } from "node:test";
import { TooLate, unless, within } from "../src/promises.ts";

test("an answer that comes too late is not waited for", async () => {
  assert.equal(await within(1_000, Promise.resolve(1)), 1);
  await assert.rejects(within(10, new Promise(() => undefined)), new TooLate("no answer within 0.01 s"));
});

test("an answer is not waited for when nobody is there to give it any more", async () => {
  const gone = new AbortController();
  assert.equal(await unless(gone.signal, Promise.resolve(1)), 1);
  const answer = unless(gone.signal, new Promise(() => undefined));
  gone.abort(new Error("gone"));
  await assert.rejects(answer, new Error("gone"));
});
