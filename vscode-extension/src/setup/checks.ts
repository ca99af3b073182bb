/** What `helios doctor --json` found, and the report that a person reads. */

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

const STATUS = { ok: "OK", warn: "Look at this", fail: "Missing or broken" } as const;

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
  const advice = "Choose another Python, or install helios-renders into this one anew.";
  return { name: "doctor", status: "fail", message: doctorProblem(finished), advice };
}

/** The report as Markdown: first whether all is well, then what to do, then all that was looked at. */
export function doctorReport(checks: readonly Check[], facts: Facts): string {
  const wrong = checks.filter(({ status }) => status !== "ok");
  const failed = wrong.filter(({ status }) => status === "fail");
  return [
    "# Helios Doctor",
    "",
    summary(failed.length, wrong.length - failed.length),
    ...[...failed, ...wrong.filter(({ status }) => status === "warn")].flatMap(problem),
    "",
    "## What was looked at",
    "",
    ...table("Part", "State", "Found", checks.map(row)),
    "## This window",
    "",
    ...table("What", "Value", undefined, facts),
  ].join("\n");
}

function summary(failed: number, warned: number): string {
  if (failed > 0) {
    return `**Helios cannot render yet: ${failed === 1 ? "one thing is" : `${failed} things are`} missing or broken.**`;
  }
  const rest = warned > 0 ? ` ${warned === 1 ? "One thing is" : `${warned} things are`} worth a look.` : "";
  return `**Everything that a render needs is here.**${rest}`;
}

function problem({ name, status, message, advice }: Check): string[] {
  const advised = advice ? ["", `*What to do:* ${inEditor(advice)}`] : [];
  return ["", `## ${capitalized(name)}: ${STATUS[status].toLowerCase()}`, "", message, ...advised];
}

function row({ name, status, message }: Check): readonly string[] {
  return [capitalized(name), STATUS[status], message];
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
