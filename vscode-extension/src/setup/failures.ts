/** What went wrong while setting up, and what to do about it, in words for the person. */

import * as l10n from "@vscode/l10n";
import { type Attempt, type MissingPython, OLDEST, SETTING_ORIGIN } from "../environment.ts";
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

const VERSION = OLDEST.join(".");
const LAST_LINES = 3;
const NO_NETWORK =
  /name resolution|getaddrinfo|NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable|Connection refused|ReadTimeout/;

/** Why there is no Python for the daemon, and what to do. */
export function missingPythonWords({ tried, base }: MissingPython): string {
  const attempts = tried.map(({ command, problem }) => `${command}: ${problem}`).join(" ");
  if (base) {
    return l10n.t(
      "Helios needs Python {0} or newer with the package helios-renders. Tried {1}",
      VERSION,
      attempts,
    );
  }
  if (tried.some(({ origin }) => origin === SETTING_ORIGIN)) {
    return l10n.t(
      "Helios needs Python {0} or newer with the package helios-renders, and {1} names another. Tried {2}",
      VERSION,
      SETTING_ORIGIN,
      attempts,
    );
  }
  return [
    l10n.t("Helios needs Python {0} or newer, and found none.", VERSION),
    l10n.t(
      "Install Python from the page Downloads of python.org or by the system's package manager, then choose it.",
    ),
    l10n.t("Tried {0}", attempts),
  ].join(" ");
}

/** One that was tried, as a line of a report. */
export function attemptWords({ command, origin, problem }: Attempt): string {
  return l10n.t("{0} (from {1}): {2}", command, origin, problem);
}

/** Why a virtual environment could not be made. */
export function venvFailure(python: string, { lines, problem }: Finished): SetUpFailed {
  const output = lines.join("\n");
  if (/ensurepip is not available|No module named '?(venv|ensurepip)/.test(output)) {
    return new SetUpFailed(
      l10n.t("{0} came without Python's module venv.", python),
      l10n.t(
        "Run {0} in a terminal (Debian, Ubuntu), or choose another Python, then try again.",
        "`sudo apt install python3-venv`",
      ),
    );
  }
  return (
    diskFailure(output) ??
    new SetUpFailed(
      l10n.t("{0} could not make a virtual environment. {1}", python, problem || lastLines(lines)),
      l10n.t("Choose another Python, or try again."),
    )
  );
}

/** Why pip could not install the package. */
export function pipFailure({ lines, problem }: Finished): SetUpFailed {
  const output = lines.join("\n");
  if (NO_NETWORK.test(output)) {
    return new SetUpFailed(
      l10n.t("pip could not reach its package index."),
      l10n.t("Check the network, and the index and proxy that pip is configured to use, then try again."),
    );
  }
  const missing = /No matching distribution found for (\S+)/.exec(output);
  if (missing) {
    return new SetUpFailed(
      l10n.t("The package index has no {0} for this Python.", missing[1] ?? ""),
      l10n.t("Choose another Python, or another index in pip's configuration, then try again."),
    );
  }
  return (
    diskFailure(output) ??
    new SetUpFailed(
      l10n.t("pip failed. {0}", problem || lastLines(lines)),
      l10n.t("The log has all that pip said."),
    )
  );
}

/** Why `helios setup` failed: its own words. */
export function programsFailure({ lines, problem }: Finished): SetUpFailed {
  const at = lines.findIndex((line) => line.startsWith("error: "));
  const advice = /^ {2}(?!\|)\s*(.+)$/.exec(lines[at + 1] ?? "")?.[1];
  return new SetUpFailed(
    at >= 0
      ? (lines[at] ?? "").slice("error: ".length)
      : l10n.t("The set-up failed. {0}", problem || lastLines(lines)),
    inEditor(advice ?? l10n.t("The log has all that was tried.")),
    { aboutPython: false },
  );
}

/** Why `helios doctor` did not come to its end. */
export function doctorProblem({ lines, problem }: Finished): string {
  const why = problem || lastLines(lines);
  return l10n.t("Helios could not look at this machine to the end. {0}", why).trim();
}

/** The daemon's advice for a terminal, as advice for the editor. */
export function inEditor(advice: string): string {
  return advice
    .replaceAll("`helios setup`", l10n.t("the command Helios: Set Up Browser and FFmpeg"))
    .replaceAll(
      /set HELIOS_(BROWSER|FFMPEG) to (?:its path|the path of one)|with HELIOS_(BROWSER|FFMPEG)/g,
      (_, named?: string, beside?: string) =>
        named
          ? l10n.t("name one in the setting {0}", `helios.${named.toLowerCase()}`)
          : l10n.t("in the setting {0}", `helios.${beside?.toLowerCase()}`),
    );
}

function diskFailure(output: string): SetUpFailed | undefined {
  return /No space left on device|not enough space/i.test(output)
    ? new SetUpFailed(l10n.t("The disk is full."), l10n.t("Free about 500 MB, then try again."))
    : undefined;
}

function lastLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-LAST_LINES)
    .join(" ");
}
