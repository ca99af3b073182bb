import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobState } from "../src/protocol.ts";
import { childRows } from "../src/renders/facts.ts";
import { spoken } from "../src/renders/row.ts";
import { jobRow } from "../src/renders/rows.ts";
import { lastOutput, outputOf } from "../src/renders/states.ts";
import { job, PROGRESS, RESULT } from "./jobs.ts";

test("a job says its percent, speed and time left", () => {
  assert.equal(
    jobRow(job("rendering", { progress: PROGRESS }), false).description,
    "42% · 31 fps · 3 s left",
  );
});

test("what is not known yet is not said", () => {
  const progress = { ...PROGRESS, fps: null, etaSeconds: null };
  assert.equal(jobRow(job("rendering", { progress }), false).description, "42%");
  assert.equal(jobRow(job("rendering"), false).description, "starting…");
  const waiting = { ...PROGRESS, framesDone: 0, waiting: "waiting for other renders" };
  assert.equal(
    jobRow(job("rendering", { progress: waiting }), false).description,
    "waiting for other renders",
  );
});

test("every state has words of its own, and says how far it came", () => {
  const words = (state: JobState) => jobRow(job(state, { progress: PROGRESS }), false).description;
  assert.deepEqual((["queued", "assembling", "failed", "cancelled", "interrupted"] as const).map(words), [
    "queued",
    "42% · assembling",
    "failed at 42%",
    "cancelled at 42%",
    "interrupted, 76 of 180 frames",
  ]);
  assert.equal(jobRow(job("done", { result: RESULT }), false).description, "180 frames in 7.5 s · 3.4 MB");
  assert.equal(jobRow(job("interrupted"), false).description, "interrupted");
  assert.equal(jobRow(job("paused", { progress: PROGRESS }), false).description, "paused at 42%");
  const error = { code: "diskFull", message: "There is no room left in /films.", advice: "", details: [] };
  assert.equal(
    jobRow(job("paused", { error }), false).description,
    "paused: There is no room left in /films.",
  );
});

test("what was interrupted is resumed, what stopped is retried, what is over can be removed", () => {
  const context = (state: JobState) => jobRow(job(state), false).contextValue;
  assert.deepEqual(
    (["interrupted", "failed", "cancelled", "queued", "rendering", "paused"] as const).map(context),
    [
      "job interrupted resumable own removable",
      "job failed retryable own removable",
      "job cancelled retryable repeatable own removable",
      "job queued cancellable pausable own",
      "job rendering cancellable pausable own",
      "job paused cancellable resumable own",
    ],
  );
});

test("an interrupted job has an icon of its own and says what happened", () => {
  const error = { code: "interrupted", message: "The daemon ended.", advice: "Resume it.", details: [] };
  assert.equal(jobRow(job("interrupted"), false).icon, "debug-disconnect");
  assert.deepEqual(
    childRows(job("interrupted", { error })).map((row) => [row.label, row.icon]),
    [
      ["The daemon ended.", "info"],
      ["Resume it.", "lightbulb"],
      ["Workers", "server-process"],
      ["Log", "output"],
    ],
  );
});

test("only a job that is not over can be cancelled, only a finished file opened", () => {
  assert.equal(jobRow(job("rendering"), false).contextValue, "job rendering cancellable pausable own");
  assert.equal(
    jobRow(job("done", { result: RESULT }), false).contextValue,
    "job done repeatable output own removable deletable",
  );
  assert.equal(outputOf(job("cancelled", { output: "/workspace/renders/intro.mp4" })), undefined);
});

test("a job being cancelled says so until it is over", () => {
  assert.equal(jobRow(job("rendering", { progress: PROGRESS }), true).description, "cancelling…");
  assert.equal(jobRow(job("cancelled", { progress: PROGRESS }), true).description, "cancelled at 42%");
});

test("workers are listed while they work", () => {
  const rows = childRows(job("rendering", { progress: PROGRESS }));
  assert.deepEqual(
    rows.map(({ label, description }) => `${label}: ${description}`),
    [
      "Phase: rendering · 76 of 180 frames",
      "Workers: 2",
      "Worker 1: frame 30 · 16 fps · chunk 1",
      "Worker 2: starting",
      "Log: ",
    ],
  );
  assert.ok(!childRows(job("cancelled", { progress: PROGRESS })).some((row) => row.label === "Worker 1"));
});

test("fewer workers than asked for come with the reason", () => {
  const concurrency = { requested: 8, effective: 2, limitedBy: "cpuQuota", auto: false } as const;
  const [workers] = childRows(job("rendering", { concurrency }));
  assert.equal(workers?.description, "2 of 8 (CPU quota)");
  assert.equal(
    workers?.tooltip,
    "8 workers were asked for. 2 can be used: decided by the container's CPU quota.",
  );
  const shared = { requested: 2, effective: 1, limitedBy: "others", auto: false } as const;
  assert.equal(
    childRows(job("rendering", { concurrency: shared }))[0]?.description,
    "1 of 2 (other renders)",
  );
});

test("a surface comes with how near it is to the screenshot", () => {
  const surface = (surfacePsnr: number | null) =>
    childRows(job("done", { result: { ...RESULT, surface: "element", surfacePsnr } })).find(
      (row) => row.label === "Surface",
    )?.description;
  assert.deepEqual([null, 40.72, 99].map(surface), [
    "element",
    "element · 40.7 dB",
    "element · as the screenshot",
  ]);
});

test("a finished job tells what was really used, and what went not so well", () => {
  const rows = childRows(job("done", { result: RESULT }));
  const byLabel = Object.fromEntries(rows.map((row) => [row.label, row]));
  assert.deepEqual(
    [byLabel["Output"]?.does, byLabel["Output"]?.tooltip],
    ["open", "/workspace/renders/intro.mp4"],
  );
  assert.equal(byLabel["Sandbox"]?.description, "on");
  assert.equal(byLabel["Log"]?.does, "showLog");
  assert.equal(byLabel["Surface"]?.tooltip, "The only one.");
  assert.equal(byLabel["boom"]?.description, "intro.js:3");
  assert.ok(byLabel["A font was missing."]);
});

test("a failed job leads with the error, its advice and its details", () => {
  const error = { code: "pageFailed", message: "boom", advice: "Mend it.", details: ["line 1", "line 2"] };
  assert.deepEqual(
    childRows(job("failed", { error })).map((row) => row.label),
    ["boom", "Mend it.", "line 1", "line 2", "Workers", "Log"],
  );
});

test("the ids of rows are unique and stay the same", () => {
  const [first, second] = [RESULT, { ...RESULT, sizeBytes: 1 }].map((result) =>
    childRows(job("done", { result })).map((row) => row.id),
  );
  assert.deepEqual(first, second);
  assert.equal(new Set(first).size, first?.length);
});

test("a screen reader hears words instead of signs", () => {
  const row = jobRow(job("rendering", { progress: PROGRESS }), false);
  assert.equal(spoken(row), "intro, 42 percent, 31 frames per second, 3 s left");
});

test("the last video of a composition is that of its newest render that has one", () => {
  const of = (composition: string, output: string) =>
    job("done", { composition, output, result: { ...RESULT, output } });
  const listed = [
    job("failed", { composition: "/a.html" }),
    of("/b.html", "/renders/b.mp4"),
    of("/a.html", "C:\\renders\\a-2.mp4"),
    of("/a.html", "/renders/a.mp4"),
  ];
  assert.equal(lastOutput(listed, "/a.html")?.name, "a-2.mp4");
  assert.equal(lastOutput(listed, "/c.html"), undefined);
});
