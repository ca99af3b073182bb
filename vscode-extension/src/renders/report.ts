/** All that is known of one render, as a text to read (Markdown). */

import type { Job, LogLine, RenderResult } from "../protocol.ts";
import { concurrencyWords, surfaceWords } from "./facts.ts";
import { count, duration, fileSize } from "./format.ts";
import { jobDescription } from "./rows.ts";

type Fact = readonly [name: string, value: string | null | undefined];

/** `command` is the command line for the same video, `lines` are the daemon's own about the job. */
export function jobReport(job: Job, command: string, lines: readonly LogLine[]): string {
  return [
    `# ${job.name}: ${jobDescription(job, false)}`,
    section("What was asked for", list(request(job))),
    section("What went wrong", job.error ? errorText(job) : ""),
    section("What came out", list(outcome(job))),
    section("Warnings", (job.result?.warnings ?? []).map((text) => `- ${text}`).join("\n")),
    section("Errors of the page", pageErrors(job)),
    section("The same video from a terminal", code(command)),
    section("Log of the daemon that runs now", code(lines.map(logLine).join("\n"))),
  ]
    .filter(Boolean)
    .join("\n\n")
    .concat("\n");
}

function request(job: Job): Fact[] {
  return [
    ["Page", job.composition],
    ["Output", job.output],
    ["Workers", concurrencyWords(job.concurrency).long],
    ["Asked for", moment(job.createdAt)],
    ["Begun", moment(job.startedAt)],
    ["Over", moment(job.finishedAt)],
    ["Attempt", String(job.attempt)],
    ["Id", job.id],
  ];
}

function outcome({ result }: Job): Fact[] {
  if (!result) {
    return [];
  }
  const reused =
    result.reusedFrames > 0 ? `, ${result.reusedFrames} of them kept from an earlier render` : "";
  return [
    ["Frames", `${count(result.frames, "frame")} in ${duration(result.seconds)}${reused}`],
    ["Size", fileSize(result.sizeBytes)],
    ["SHA-256", result.sha256],
    ["Browser", `${result.browser} (sandbox: ${result.sandbox})`],
    ["Surface", surfaceWords(result)],
    ["Why this surface", result.surfaceReason],
    ["Encoder", result.encoder],
    ...subtitles(result),
    ["Sound", result.audio.join(", ") || "none"],
  ];
}

function subtitles({ subtitles: done, sidecar }: RenderResult): Fact[] {
  return done === "" ? [] : [["Subtitles", sidecar === null ? done : `${done}: ${sidecar}`]];
}

function errorText({ error }: Job): string {
  return [error?.message, error?.advice, error?.details.length ? code(error.details.join("\n")) : ""]
    .filter(Boolean)
    .join("\n\n");
}

function pageErrors({ result }: Job): string {
  return (result?.pageErrors ?? [])
    .map(
      ({ message, script, line, column, frame }) =>
        `- ${message} (${script}:${line}:${column}, frame ${frame})`,
    )
    .join("\n");
}

function section(title: string, text: string): string {
  return text ? `## ${title}\n\n${text}` : "";
}

function list(facts: readonly Fact[]): string {
  return facts
    .filter(([, value]) => value)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join("\n");
}

function code(text: string): string {
  return text === "" ? "" : text.replaceAll(/^/gm, "    ");
}

function moment(seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(seconds * 1000).toLocaleString();
}

function logLine({ at, level, message }: LogLine): string {
  return `${new Date(at * 1000).toLocaleTimeString()} [${level}] ${message}`;
}
