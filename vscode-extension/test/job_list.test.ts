import assert from "node:assert/strict";
import { test } from "node:test";
import { JobList } from "../src/renders/job_list.ts";
import { job } from "./jobs.ts";

test("the daemon's list takes the place of what was believed", () => {
  const list = new JobList();
  list.put(job("interrupted", { id: "invented" }));
  list.put(job("done", { id: "gone" }));
  const answer = [job("rendering", { id: "invented" }), job("queued", { id: "new" })];
  const { changes, removed } = list.replace(answer, list.all());
  assert.deepEqual(removed, ["gone"]);
  assert.deepEqual(
    changes.map(({ job: { id, state }, before }) => [id, state, before?.state]),
    [
      ["invented", "rendering", "interrupted"],
      ["new", "queued", undefined],
    ],
  );
  assert.deepEqual(new Set(list.all()), new Set(answer));
});

test("what was told while the list was on its way is newer than the list", () => {
  const list = new JobList();
  list.put(job("rendering", { id: "ends" }));
  const before = list.all();
  list.put(job("done", { id: "ends" }));
  list.put(job("queued", { id: "begins" }));
  assert.deepEqual(list.replace([job("rendering", { id: "ends" })], before), { changes: [], removed: [] });
  assert.deepEqual(
    list.all().map(({ id, state }) => [id, state]),
    [
      ["ends", "done"],
      ["begins", "queued"],
    ],
  );
});

test("only this window's jobs are lost with its daemon", () => {
  const list = new JobList();
  list.put(job("rendering", { id: "own" }));
  list.put(job("rendering", { id: "theirs", elsewhere: true }));
  assert.deepEqual(
    list.active().map(({ id }) => id),
    ["own"],
  );
});
