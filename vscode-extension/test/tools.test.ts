import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { jobAnswer, jobsAnswer, MOST_RENDERS } from "../src/tools/answers.ts";
import { pagePath, renderId, renderInput } from "../src/tools/input.ts";
import { job, PROGRESS, RESULT } from "./jobs.ts";
import { manifest } from "./manifest.ts";

const tools: { name: string; when: string; inputSchema: Schema; modelDescription: string }[] =
  manifest.contributes.languageModelTools;

interface Schema {
  readonly additionalProperties?: boolean;
  readonly properties: Record<
    string,
    { minimum?: number; maximum?: number; maxLength?: number; type: string }
  >;
}

test("the tools are those that are registered, bounded and off in Restricted Mode", () => {
  const source = readFileSync(new URL("../src/tools/register.ts", import.meta.url), "utf8");
  const registered = [...source.matchAll(/registerTool\("(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(
    tools.map(({ name }) => name),
    registered,
  );
  for (const { name, when, inputSchema, modelDescription } of tools) {
    assert.equal(when, "isWorkspaceTrusted", name);
    assert.equal(inputSchema.additionalProperties, false, name);
    assert.ok(modelDescription.length > 40, name);
    for (const [property, schema] of Object.entries(inputSchema.properties)) {
      const bound = schema.type === "string" ? schema.maxLength : schema.maximum;
      assert.equal(typeof bound, "number", `${name}.${property}`);
    }
  }
});

test("what a model sends is checked, whatever its schema allowed", () => {
  assert.deepEqual(renderInput({ composition: " a.html " }), {
    composition: "a.html",
    concurrency: undefined,
  });
  assert.equal(renderInput({ composition: "a.html", concurrency: 32 }).concurrency, 32);
  for (const concurrency of [0, 33, 2.5, "two", null]) {
    assert.throws(
      () => renderInput({ composition: "a.html", concurrency }),
      /concurrency is .*\. Give a whole number from 1 to 32\./,
    );
  }
  for (const input of [undefined, {}, { composition: "  " }]) {
    assert.throws(() => renderInput(input), /composition is missing/);
  }
  assert.throws(() => renderId({ id: 7 }), /id is 7\. Give text\./);
});

test("only pages of the workspace are rendered for a model", () => {
  const folders = ["one", "two"].map((name) => path.resolve("/", "work", name));
  const [one = "", two = ""] = folders;
  assert.equal(pagePath("sub/a.html", folders), path.join(one, "sub", "a.html"));
  assert.equal(pagePath(path.join(two, "b.html"), folders), path.join(two, "b.html"));
  for (const outside of ["../three/a.html", path.resolve("/", "etc", "passwd"), "."]) {
    assert.throws(() => pagePath(outside, folders), /outside the workspace/);
  }
  assert.throws(() => pagePath("a.html", []), /No folder is open/);
});

test("an answer has what is known and nothing else", () => {
  const running = jobAnswer(job("rendering", { progress: PROGRESS }));
  assert.deepEqual(Object.keys(running), [
    "id",
    "name",
    "composition",
    "state",
    "workers",
    "percent",
    "fps",
    "etaSeconds",
  ]);
  assert.equal(jobAnswer(job("done", { result: RESULT }))["output"], RESULT.output);
  const many = Array.from({ length: MOST_RENDERS + 5 }, (_, index) => job("done", { id: `j${index}` }));
  const answer = jobsAnswer(many);
  assert.equal((answer["renders"] as unknown[]).length, MOST_RENDERS);
  assert.equal(answer["total"], MOST_RENDERS + 5);
});
