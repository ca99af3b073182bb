/** All that is known of one render, as a text to read (Markdown). */

import * as l10n from "@vscode/l10n";
import { frames } from "../plural.ts";
import type { Job, LogLine, RenderResult } from "../protocol.ts";
import { concurrencyWords, surfaceWords } from "./facts.ts";
import { duration, fileSize } from "./format.ts";
import { jobDescription } from "./rows.ts";

type Fact = readonly [name: string, value: string | null | undefined];

/** `command` is the command line for the same video, `lines` are the daemon's own about the job. */
export function jobReport(job: Job, command: string, lines: readonly LogLine[]): string {
  return [
    `# ${job.name}: ${jobDescription(job, false)}`,
    section(l10n.t("What was asked for"), list(request(job))),
    section(l10n.t("What went wrong"), job.error ? errorText(job) : ""),
    section(l10n.t("What came out"), list(outcome(job))),
    section(l10n.t("Warnings"), (job.result?.warnings ?? []).map((text) => `- ${text}`).join("\n")),
    section(l10n.t("Errors of the page"), pageErrors(job)),
    section(l10n.t("The same video from a terminal"), code(command)),
    section(l10n.t("Log of the daemon that runs now"), code(lines.map(logLine).join("\n"))),
  ]
    .filter(Boolean)
    .join("\n\n")
    .concat("\n");
}

function request(job: Job): Fact[] {
  return [
    [l10n.t("Page"), job.composition],
    [l10n.t("Output"), job.output],
    [l10n.t("Workers"), concurrencyWords(job.concurrency).long],
    [l10n.t("Asked for"), moment(job.createdAt)],
    [l10n.t("Begun"), moment(job.startedAt)],
    [l10n.t("Over"), moment(job.finishedAt)],
    [l10n.t("Attempt"), String(job.attempt)],
    [l10n.t("Id"), job.id],
  ];
}

function outcome({ result }: Job): Fact[] {
  if (!result) {
    return [];
  }
  const { reusedFrames } = result;
  const [all, took] = [frames(result.frames), duration(result.seconds)];
  return [
    [
      l10n.t("Frames"),
      reusedFrames > 0
        ? l10n.t("{0} in {1}, {2} of them kept from an earlier render", all, took, reusedFrames)
        : l10n.t("{0} in {1}", all, took),
    ],
    [l10n.t("Size"), fileSize(result.sizeBytes)],
    [l10n.t("SHA-256"), result.sha256],
    [l10n.t("Browser"), l10n.t("{0} (sandbox: {1})", result.browser, result.sandbox)],
    [l10n.t("Surface"), surfaceWords(result)],
    [l10n.t("Why this surface"), result.surfaceReason],
    [l10n.t("Encoder"), result.encoder],
    ...subtitles(result),
    [l10n.t("Sound"), result.audio.join(", ") || l10n.t({ message: "none", comment: ["Sound"] })],
  ];
}

function subtitles({ subtitles: done, sidecar }: RenderResult): Fact[] {
  return done === "" ? [] : [[l10n.t("Subtitles"), sidecar === null ? done : `${done}: ${sidecar}`]];
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
        `- ${l10n.t("{0} ({1}, frame {2})", message, `${script}:${line}:${column}`, frame)}`,
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
