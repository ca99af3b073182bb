import assert from "node:assert/strict";
import { test } from "node:test";
import { deletionProblem, sidecarOf } from "../src/renders/deletion.ts";
import { job, RESULT } from "./jobs.ts";

const SIZE = RESULT.sizeBytes;
const made = job("done", { id: "made", finishedAt: 10, result: RESULT });

test("a render's own file goes with it", () => {
  const before = job("done", { id: "before", finishedAt: 5, result: RESULT });
  const elsewhere = job("done", {
    id: "other",
    finishedAt: 20,
    result: { ...RESULT, output: "/workspace/renders/intro-2.mp4" },
  });
  const failed = job("failed", { id: "failed", finishedAt: 20, output: RESULT.output });
  assert.equal(deletionProblem(made, [made, before, elsewhere, failed], SIZE), undefined);
});

test("a file that a later render made under the same name stays", () => {
  const heir = job("done", { id: "heir", createdAt: 0, finishedAt: 20, result: RESULT });
  assert.match(deletionProblem(made, [made, heir], SIZE) ?? "", /video of a later render of intro/);
  assert.equal(deletionProblem(heir, [made, heir], SIZE), undefined);
});

test("a file that somebody else made stays", () => {
  assert.match(deletionProblem(made, [made], SIZE + 1) ?? "", /not the file that this render made/);
});

const subtitled = job("done", {
  id: "subtitled",
  result: { ...RESULT, sidecar: "/workspace/renders/intro.srt", sidecarSha256: "cd" },
});

test("a render's own subtitles go with its file", () => {
  const before = { ...subtitled, id: "before" };
  assert.equal(sidecarOf(subtitled, [subtitled, before, made], "cd"), "/workspace/renders/intro.srt");
});

test("subtitles that somebody has changed, or that lie beside another video too, stay", () => {
  assert.equal(sidecarOf(subtitled, [subtitled], "ef"), undefined);
  const result = { ...RESULT, ...subtitled.result, output: "/workspace/renders/intro.webm" };
  const other = job("done", { id: "other", result });
  assert.equal(sidecarOf(subtitled, [subtitled, other], "cd"), undefined);
  assert.equal(sidecarOf(made, [made], ""), undefined);
});
