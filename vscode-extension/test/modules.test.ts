import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const MOST_LINES = 300;
const SOURCES = new URL("../src/", import.meta.url);

test("every module can be read in one go", () => {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  assert.ok(names.length > 50);
  const long = names.filter(
    (name) => readFileSync(new URL(name, SOURCES), "utf8").split("\n").length > MOST_LINES,
  );
  assert.deepEqual(long, []);
});
