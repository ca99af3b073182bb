/** What went wrong while setting up, and what to do about it, in words for the person. */

import { type Attempt, type MissingPython, OLDEST } from "../environment.ts";
import type { Finished } from "./process.ts";

/** A step of the set-up that failed; `message` says what, `advice` what to do. */
export class SetUpFailed extends Error {
  readonly advice: string;
  /** Whether another Python could help. */
  readonly aboutPython: boolean;

  constructor(message: string, advice: string, { aboutPython = true } = {}) {
    super(message);
    this.advice = advice;
    this.aboutPython = aboutPython;
  }
}

const NEEDED = `Python ${OLDEST.join(".")} or newer`;
const LAST_LINES = 3;
const NO_NETWORK =
  /name resolution|getaddrinfo|NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable|Connection refused|ReadTimeout/;

/** Why there is no Python for the daemon, and what to do. */
export function missingPythonWords({ tried, base }: MissingPython): string {
  const attempts = tried.map(({ command, problem }) => `${command}: ${problem}`).join(" ");
  if (base) {
    return `Helios needs ${NEEDED} with the package helios-renders. Tried ${attempts}`;
  }
  if (tried.some(({ origin }) => origin === "the setting helios.python")) {
    return `Helios needs ${NEEDED} with the package helios-renders, and the setting helios.python names another. Tried ${attempts}`;
  }
  const advice = `Install Python from the page Downloads of python.org or by the system's package manager, then choose it.`;
  return `Helios needs ${NEEDED}, and found none. ${advice} Tried ${attempts}`;
}

/** One that was tried, as a line of a report. */
export function attemptWords({ command, origin, problem }: Attempt): string {
  return `${command} (from ${origin}): ${problem}`;
}

/** Why a virtual environment could not be made. */
export function venvFailure(python: string, { lines, problem }: Finished): SetUpFailed {
  const output = lines.join("\n");
  if (/ensurepip is not available|No module named '?(venv|ensurepip)/.test(output)) {
    return new SetUpFailed(
      `${python} came without Python's module venv.`,
      "Run `sudo apt install python3-venv` in a terminal (Debian, Ubuntu), or choose another Python, then try again.",
    );
  }
  return (
    diskFailure(output) ??
    new SetUpFailed(
      `${python} could not make a virtual environment. ${problem || lastLines(lines)}`,
      "Choose another Python, or try again.",
    )
  );
}

/** Why pip could not install the package. */
export function pipFailure({ lines, problem }: Finished): SetUpFailed {
  const output = lines.join("\n");
  if (NO_NETWORK.test(output)) {
    return new SetUpFailed(
      "pip could not reach its package index.",
      "Check the network, and the index and proxy that pip is configured to use, then try again.",
    );
  }
  const missing = /No matching distribution found for (\S+)/.exec(output);
  if (missing) {
    return new SetUpFailed(
      `The package index has no ${missing[1]} for this Python.`,
      "Choose another Python, or another index in pip's configuration, then try again.",
    );
  }
  return (
    diskFailure(output) ??
    new SetUpFailed(`pip failed. ${problem || lastLines(lines)}`, "The log has all that pip said.")
  );
}

/** Why `helios setup` failed: its own words. */
export function programsFailure({ lines, problem }: Finished): SetUpFailed {
  const at = lines.findIndex((line) => line.startsWith("error: "));
  const advice = /^ {2}(?!\|)\s*(.+)$/.exec(lines[at + 1] ?? "")?.[1];
  return new SetUpFailed(
    at >= 0 ? (lines[at] ?? "").slice("error: ".length) : `The set-up failed. ${problem || lastLines(lines)}`,
    inEditor(advice ?? "The log has all that was tried."),
    { aboutPython: false },
  );
}

/** Why `helios doctor` did not come to its end. */
export function doctorProblem({ lines, problem }: Finished): string {
  return `Helios could not look at this machine to the end. ${problem || lastLines(lines)}`.trim();
}

/** The daemon's advice for a terminal, as advice for the editor. */
export function inEditor(advice: string): string {
  return advice.replaceAll("`helios setup`", "the command Helios: Set Up Browser and FFmpeg");
}

function diskFailure(output: string): SetUpFailed | undefined {
  return /No space left on device|not enough space/i.test(output)
    ? new SetUpFailed("The disk is full.", "Free about 500 MB, then try again.")
    : undefined;
}

function lastLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-LAST_LINES)
    .join(" ");
}
