import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job, JobState, RenderProgress, RenderResult } from "../src/protocol.ts";
import { childRows, jobRow, outputOf, spoken } from "../src/renders/rows.ts";

const PROGRESS: RenderProgress = {
  phase: "rendering",
  framesDone: 76,
  framesTotal: 180,
  percent: 42.2,
  fps: 31.4,
  etaSeconds: 3.2,
  workers: [
    { worker: 0, state: "capturing", chunk: 0, frame: 30, fps: 15.5 },
    { worker: 1, state: "starting", chunk: null, frame: null, fps: null },
  ],
};

const RESULT: RenderResult = {
  output: "/workspace/renders/intro.mp4",
  frames: 180,
  seconds: 7.5,
  sizeBytes: 3_400_000,
  sha256: "ab",
  concurrency: { requested: 2, effective: 2, limitedBy: "request", auto: false },
  browser: "Chromium 156",
  surface: "screenshot",
  sandbox: "on",
  surfaceReason: "The only one.",
  surfacePsnr: null,
  reusedFrames: 0,
  encoder: "libx264",
  pageErrors: [{ message: "boom", script: "intro.js", line: 3, column: 7, frame: 50 }],
  warnings: ["A font was missing."],
};

function job(state: JobState, more: Partial<Job> = {}): Job {
  return {
    id: "j1",
    composition: "/workspace/intro.html",
    name: "intro",
    state,
    createdAt: 1,
    concurrency: { requested: 2, effective: 2, limitedBy: "request", auto: false },
    output: null,
    startedAt: null,
    finishedAt: null,
    progress: null,
    result: null,
    error: null,
    attempt: 1,
    order: 1,
    needsBytes: null,
    ...more,
  };
}

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
  assert.equal(jobRow(job("done", { result: RESULT }), false).description, "180 frames in 7.5 s");
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
      "job interrupted removable resumable",
      "job failed removable retryable",
      "job cancelled removable retryable",
      "job queued cancellable pausable movable",
      "job rendering cancellable pausable",
      "job paused cancellable resumable movable",
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
    ],
  );
});

test("only a job that is not over can be cancelled, only a finished file opened", () => {
  assert.equal(jobRow(job("rendering"), false).contextValue, "job rendering cancellable pausable");
  assert.equal(jobRow(job("done", { result: RESULT }), false).contextValue, "job done removable output");
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
    ["Workers: 2", "Worker 1: frame 30 · 16 fps · chunk 1", "Worker 2: starting"],
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
  assert.equal(byLabel["Output"]?.opens, "/workspace/renders/intro.mp4");
  assert.equal(byLabel["Browser"]?.tooltip, `${RESULT.browser}\nSandbox: on`);
  assert.equal(byLabel["Surface"]?.tooltip, "The only one.");
  assert.equal(byLabel["boom"]?.description, "intro.js:3");
  assert.ok(byLabel["A font was missing."]);
});

test("a failed job leads with the error, its advice and its details", () => {
  const error = { code: "pageFailed", message: "boom", advice: "Mend it.", details: ["line 1", "line 2"] };
  assert.deepEqual(
    childRows(job("failed", { error })).map((row) => row.label),
    ["boom", "Mend it.", "line 1", "line 2", "Workers"],
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
