import assert from "node:assert/strict";
import { test } from "node:test";
import { jobReport } from "../src/renders/report.ts";
import { job, RESULT } from "./jobs.ts";

const LINE = { at: 1_700_000_000.5, level: "warning", message: "Job j1: A font was missing." };

test("the log of a finished render says what came out, and how to have it again", () => {
  const text = jobReport(job("done", { result: RESULT }), "helios render '/a b.html'", [LINE]);
  assert.match(text, /^# intro: 180 frames in 7\.5 s · 3\.4 MB$/m);
  assert.match(text, /^- Page: \/workspace\/intro\.html$/m);
  assert.match(text, /^- Browser: Chromium 156 \(sandbox: on\)$/m);
  assert.match(text, /^- boom \(intro\.js:3:7, frame 50\)$/m);
  assert.match(text, /^ {4}helios render '\/a b\.html'$/m);
  assert.match(text, /^ {4}.* \[warning\] Job j1: A font was missing\.$/m);
  assert.doesNotMatch(text, /undefined|null|went wrong/);
});

test("the log says what became of subtitles", () => {
  const result = { ...RESULT, subtitles: "in a file of their own, from the page", sidecar: "/a/intro.srt" };
  const text = jobReport(job("done", { result }), "", []);
  assert.match(text, /^- Subtitles: in a file of their own, from the page: \/a\/intro\.srt$/m);
  assert.doesNotMatch(jobReport(job("done", { result: RESULT }), "", []), /Subtitles/);
});

test("the log of a failed render has every line of the error", () => {
  const error = { code: "encoder", message: "ffmpeg ended.", advice: "Look.", details: ["one", "two"] };
  const text = jobReport(job("failed", { error }), "", []);
  assert.match(text, /## What went wrong\n\nffmpeg ended\.\n\nLook\.\n\n {4}one\n {4}two\n/);
  assert.doesNotMatch(text, /undefined|null|terminal|came out|Log of/);
});
