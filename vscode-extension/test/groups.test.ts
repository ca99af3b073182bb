import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS, contextValue } from "../src/renders/actions.ts";
import { changedKeys, contextKeys } from "../src/renders/context_keys.ts";
import { groups, matches, waitingJobs } from "../src/renders/groups.ts";
import { spoken } from "../src/renders/row.ts";
import { groupRow, jobRow } from "../src/renders/rows.ts";
import { statusOf } from "../src/renders/status.ts";
import { job, PROGRESS, RESULT } from "./jobs.ts";

const QUEUE = [
  job("queued", { id: "third", createdAt: 3, order: 3 }),
  job("queued", { id: "first", createdAt: 5, order: 1 }),
  job("paused", { id: "second", createdAt: 4, order: 2 }),
];
const LIST = [
  job("done", { id: "old", createdAt: 1, result: RESULT }),
  job("interrupted", { id: "new", createdAt: 6 }),
  ...QUEUE,
  job("rendering", { id: "now", createdAt: 2, progress: PROGRESS }),
];

const idsOf = (filter: string) =>
  groups(LIST, filter).map(({ key, jobs }) => [key, ...jobs.map(({ id }) => id)]);

test("the queue stands in the order of turns, what is over newest first", () => {
  assert.deepEqual(idsOf(""), [
    ["running", "now"],
    ["queued", "first", "second", "third"],
    ["finished", "new", "old"],
  ]);
});

test("a group without a job is not there", () => {
  assert.deepEqual(groups([], ""), []);
  assert.deepEqual(
    groups([job("assembling")], "").map(({ key }) => key),
    ["running"],
  );
});

test("a filter asks for all of its words, in name, state or path", () => {
  assert.deepEqual(idsOf("INTRO  paused"), [["queued", "second"]]);
  assert.deepEqual(idsOf("workspace/ done"), [["finished", "old"]]);
  assert.deepEqual(idsOf("nothing like it"), []);
  assert.ok(matches(job("queued", { output: "/Filme/Größe.mp4" }), "größe.MP4"));
});

test("a group says how many it has", () => {
  const [running] = groups(LIST, "");
  assert.ok(running);
  const { label, description, contextValue: context } = groupRow(running);
  assert.deepEqual([label, description, context], ["Running", "1", "group running"]);
});

test("the first of the queue goes down only, the last up only", () => {
  const waiting = waitingJobs(QUEUE);
  const moves = waiting.map((each) =>
    contextValue(each, waiting)
      .split(" ")
      .filter((word) => word.startsWith("movable")),
  );
  assert.deepEqual(moves, [["movableDown"], ["movableUp", "movableDown"], ["movableUp"]]);
  assert.ok(!ACTIONS.moveUp.applies(job("queued"), [job("queued")]));
  assert.ok(!ACTIONS.moveDown.applies(job("queued"), [job("queued")]));
});

test("the keys say which actions have a job, and only those that changed are set", () => {
  const nothing = contextKeys([]);
  assert.ok(Object.values(nothing).every((value) => !value));
  const done = contextKeys([job("done", { result: RESULT })]);
  assert.deepEqual(
    Object.keys(done).filter((key) => done[key]),
    [
      "helios.hasFinished",
      "helios.has.repeatable",
      "helios.has.output",
      "helios.has.own",
      "helios.has.job",
      "helios.has.removable",
      "helios.has.deletable",
    ],
  );
  assert.ok(!contextKeys([job("interrupted")])["helios.hasFinished"]);
  assert.deepEqual(changedKeys(done, done), []);
  assert.deepEqual(changedKeys(done, { ...done, "helios.hasRunning": true }), [["helios.hasRunning", true]]);
});

test("another window's jobs are shown, and left to that window", () => {
  const theirs = LIST.map((each) => ({ ...each, id: `their ${each.id}`, elsewhere: true }));
  assert.deepEqual(waitingJobs([...theirs, ...QUEUE]), waitingJobs(QUEUE));
  const keys = contextKeys(theirs);
  assert.deepEqual(
    Object.keys(keys).filter((key) => keys[key]),
    ["helios.has.output", "helios.has.job"],
  );
  assert.equal(statusOf(theirs), undefined);
  assert.equal(jobRow(theirs[0] ?? job("done"), false).contextValue, "job done output");
  assert.equal(jobRow(job("paused", { elsewhere: true }), false).description, "paused · in another window");
});

test("the status bar says how many renders there are and how far they are together", () => {
  assert.equal(statusOf([job("done"), job("paused"), job("interrupted")]), undefined);
  const status = statusOf(LIST);
  assert.equal(status?.text, "$(loading~spin) 3 renders 14%");
  assert.equal(status?.spoken, "Helios: 3 renders, 14 percent done");
  assert.match(status?.tooltip ?? "", /^intro: 42% · 31 fps · 3 s left$/m);
  assert.equal(
    statusOf([job("rendering", { progress: { ...PROGRESS, percent: 99.9 } })])?.text,
    "$(loading~spin) 1 render 99%",
  );
});

test("a job that is done says its length and size to eyes and ears", () => {
  const row = jobRow(job("done", { result: RESULT }), false);
  assert.equal(spoken(row), "intro, 180 frames in 7.5 s, 3.4 MB");
});
