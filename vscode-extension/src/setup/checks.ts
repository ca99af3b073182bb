/** What `helios doctor --json` found, and the report that a person reads. */

import * as l10n from "@vscode/l10n";
import { doctorProblem, inEditor } from "./failures.ts";
import type { Finished } from "./process.ts";

export interface Check {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  readonly advice: string;
}

/** What only the editor knows, by its name. */
export type Facts = readonly (readonly [name: string, value: string])[];

type Status = Check["status"];

/** In a cell of its own, and amid a line. */
const STATUS: Record<Status, readonly [alone: string, within: string]> = {
  ok: [l10n.t("OK"), l10n.t("ok")],
  warn: [l10n.t("Look at this"), l10n.t("look at this")],
  fail: [l10n.t("Missing or broken"), l10n.t("missing or broken")],
};

/** The checks among the lines of an output. */
export function parseChecks(lines: readonly string[]): Check[] {
  return lines.filter((line) => line.startsWith('{"type": "check"')).map((line) => JSON.parse(line) as Check);
}

/** What is wrong with a doctor that did not come to its end: what it did not look at may be missing. */
export function brokenOff(finished: Finished): Check | undefined {
  const ended = finished.lines.some((line) => line.startsWith('{"type": "doctor"'));
  if (ended && parseChecks(finished.lines).length > 0) {
    return undefined;
  }
  const advice = l10n.t("Choose another Python, or install helios-renders into this one anew.");
  return { name: "doctor", status: "fail", message: doctorProblem(finished), advice };
}

/** The report as Markdown: first whether all is well, then what to do, then all that was looked at. */
export function doctorReport(checks: readonly Check[], facts: Facts): string {
  const wrong = checks.filter(({ status }) => status !== "ok");
  const failed = wrong.filter(({ status }) => status === "fail");
  return [
    `# ${l10n.t("Helios Doctor")}`,
    "",
    summary(failed.length, wrong.length - failed.length),
    ...[...failed, ...wrong.filter(({ status }) => status === "warn")].flatMap(problem),
    "",
    `## ${l10n.t("What was looked at")}`,
    "",
    ...table(l10n.t("Part"), l10n.t("State"), l10n.t("Found"), checks.map(row)),
    `## ${l10n.t("This window")}`,
    "",
    ...table(l10n.t("What"), l10n.t("Value"), undefined, facts),
  ].join("\n");
}

function summary(failed: number, warned: number): string {
  if (failed > 0) {
    const text =
      failed === 1
        ? l10n.t("Helios cannot render yet: one thing is missing or broken.")
        : l10n.t("Helios cannot render yet: {0} things are missing or broken.", failed);
    return `**${text}**`;
  }
  const well = `**${l10n.t("Everything that a render needs is here.")}**`;
  if (warned === 0) {
    return well;
  }
  const rest =
    warned === 1 ? l10n.t("One thing is worth a look.") : l10n.t("{0} things are worth a look.", warned);
  return `${well} ${rest}`;
}

function problem({ name, status, message, advice }: Check): string[] {
  const advised = advice ? ["", `*${l10n.t("What to do:")}* ${inEditor(advice)}`] : [];
  return ["", `## ${capitalized(name)}: ${STATUS[status][1]}`, "", message, ...advised];
}

function row({ name, status, message }: Check): readonly string[] {
  return [capitalized(name), STATUS[status][0], message];
}

function table(
  first: string,
  second: string,
  third: string | undefined,
  rows: readonly (readonly string[])[],
): string[] {
  const head = [first, second, ...(third ? [third] : [])];
  return [head, head.map(() => "---"), ...rows.map((cells) => cells.map(escaped))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .concat("");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|<>*_`[\]]/g, "\\$&").replaceAll(/\s+/g, " ");
}

function capitalized(text: string): string {
  return text === "ffmpeg" ? "FFmpeg" : text.charAt(0).toUpperCase() + text.slice(1);
}
