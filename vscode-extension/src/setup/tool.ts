/** Runs one of the daemon's commands beside it, with the programs that the settings name. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { type FoundPython, OWN_ORIGIN } from "../environment.ts";
import { allowsNoSandbox, readExecutable, workspaceFolders } from "../settings/read.ts";
import { childEnvironment, existingFolder, type Finished, run } from "./process.ts";

const LIMIT_MS = 30 * 60_000;

/** `helios` with these words, in the first folder of the workspace that is there. */
export async function runTool(
  python: FoundPython,
  words: readonly string[],
  { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<Finished> {
  const browser = readExecutable("browser");
  const ffmpeg = readExecutable("ffmpeg");
  const env = {
    ...daemonEnvironment(python),
    ...(browser ? { HELIOS_BROWSER: browser } : {}),
    ...(ffmpeg ? { HELIOS_FFMPEG: ffmpeg } : {}),
  };
  const cwd = existingFolder([...workspaceFolders(), homedir()]);
  const options = { cwd, env, timeoutMs: LIMIT_MS, signal, onLine };
  return await run(python.command, ["-P", "-m", "helios_renders", ...words], options);
}

/** The environment for what this Python runs of the daemon's package. */
export function daemonEnvironment(python: FoundPython): NodeJS.ProcessEnv {
  const sandbox = allowsNoSandbox() ? { HELIOS_NO_SANDBOX: "1" } : {};
  return { ...childEnvironment({ isolated: python.origin === OWN_ORIGIN }), ...sandbox };
}

/**
 * Shows a progress notification with a Cancel button while `work` runs.
 *
 * Returns undefined when it was cancelled, by the button or by `ending`.
 */
export async function withCancellableProgress<T>(
  title: string,
  ending: AbortSignal,
  work: (signal: AbortSignal, onStep: (step: string) => void) => Promise<T>,
): Promise<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress, cancellation) => {
    const button = new AbortController();
    cancellation.onCancellationRequested(() => button.abort());
    const signal = AbortSignal.any([ending, button.signal]);
    try {
      return await work(signal, (message) => progress.report({ message }));
    } catch (error) {
      if (signal.aborted) {
        return undefined;
      }
      throw error;
    }
  });
}
