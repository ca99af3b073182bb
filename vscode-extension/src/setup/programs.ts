/** Browser and ffmpeg: looked for, asked about once, installed by the daemon's own set-up. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { FoundPython } from "../environment.ts";
import { showSetting } from "../settings/show.ts";
import { brokenOff, type Check, parseChecks } from "./checks.ts";
import { programsFailure, SetUpFailed } from "./failures.ts";
import { runTool, withCancellableProgress } from "./tool.ts";

const SET_UP = l10n.t("Set Up");
const OPEN_SETTING = l10n.t("Open Setting");

/** What a render needs and is not there; throws SetUpFailed when that could not be found out. */
export async function missingPrograms(python: FoundPython, ending: AbortSignal): Promise<Check[]> {
  const watch = { signal: ending, onLine: () => undefined };
  const finished = await runTool(python, ["doctor", "--quick", "--json"], watch);
  const broken = brokenOff(finished);
  if (broken) {
    throw new SetUpFailed(broken.message, broken.advice);
  }
  return parseChecks(finished.lines).filter(({ status }) => status === "fail");
}

/** Asks whether to install what is missing. */
export async function mayInstall(missing: readonly Check[]): Promise<boolean> {
  const answer = await vscode.window.showInformationMessage(
    [
      l10n.t("A render needs more than is here."),
      ...missing.map(({ message }) => message),
      l10n.t("Helios can install what is missing: Playwright's Chromium, or packages of the system."),
    ].join(" "),
    SET_UP,
    OPEN_SETTING,
    l10n.t("Not Now"),
  );
  if (answer === OPEN_SETTING) {
    await showSetting(missing.some(({ name }) => name === "browser") ? "helios.browser" : "helios.ffmpeg");
  }
  return answer === SET_UP;
}

/** Whether it went to its end; throws SetUpFailed when what is missing could not be installed. */
export async function installPrograms(
  python: FoundPython,
  ending: AbortSignal,
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const title = l10n.t("Setting up browser and FFmpeg");
  const done = await withCancellableProgress(title, ending, async (signal, onStep) => {
    const onLine = (line: string) => {
      log.info(line);
      onStep(line.trim());
    };
    return await runTool(python, ["setup"], { signal, onLine });
  });
  if (done && !done.ok) {
    throw programsFailure(done);
  }
  return done !== undefined;
}
