import assert from "node:assert/strict";
import { test } from "node:test";
import { frames, together } from "../src/plural.ts";
import { duration, fileSize, framesPerSecond, percent, roughly, spokenUnits } from "../src/renders/format.ts";

test("a duration keeps a digit below a minute and none above", () => {
  assert.deepEqual([0, 7.46, 59.94, 59.96, 125.4, 3599.6, 3720].map(duration), [
    "0.0 s",
    "7.5 s",
    "59.9 s",
    "1 min 0 s",
    "2 min 5 s",
    "1 h 0 min",
    "1 h 2 min",
  ]);
});

test("time left is whole seconds and never negative", () => {
  assert.deepEqual([-3, 0.4, 7.6, 59.5, 61].map(roughly), ["0 s", "0 s", "8 s", "1 min 0 s", "1 min 1 s"]);
});

test("percent is rounded down, so that 100% means done", () => {
  assert.deepEqual([0, 41.9, 99.99, 100].map(percent), ["0%", "41%", "99%", "100%"]);
});

test("speeds, sizes and counts read like a person's", () => {
  assert.deepEqual([0.84, 9.96, 31.4].map(framesPerSecond), ["0.8 fps", "10.0 fps", "31 fps"]);
  assert.deepEqual([1, 940_400, 3_440_000, 2_500_000_000].map(fileSize), [
    "1 kB",
    "940 kB",
    "3.4 MB",
    "2.50 GB",
  ]);
  assert.deepEqual([1, 2].map(frames), ["1 frame", "2 frames"]);
});

test("names stand together as in a sentence", () => {
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(together), [
    "",
    "a",
    "a and b",
    "a, b, and c",
  ]);
});

test("a screen reader says signs in words", () => {
  assert.equal(spokenUnits("42% · 30000/1001 fps"), "42 percent · 30000/1001 frames per second");
});
