/** Jobs as the daemon would tell of them. */

import type { Job, JobState, RenderProgress, RenderResult } from "../src/protocol.ts";

export const PROGRESS: RenderProgress = {
  phase: "rendering",
  framesDone: 76,
  framesTotal: 180,
  percent: 42.2,
  fps: 31.4,
  etaSeconds: 3.2,
  waiting: "",
  workers: [
    { worker: 0, state: "capturing", chunk: 0, frame: 30, fps: 15.5 },
    { worker: 1, state: "starting", chunk: null, frame: null, fps: null },
  ],
};

export const RESULT: RenderResult = {
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
  subtitles: "",
  sidecar: null,
  sidecarSha256: "",
  audio: ["music.mp3"],
  pageErrors: [{ message: "boom", script: "intro.js", line: 3, column: 7, frame: 50 }],
  warnings: ["A font was missing."],
};

/** A job of the page `intro` in this state. */
export function job(state: JobState, more: Partial<Job> = {}): Job {
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
    elsewhere: false,
    ...more,
  };
}
