/** Installers as processes: told line by line, with a limit, and ended with everything that they started. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import * as l10n from "@vscode/l10n";

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface Finished {
  readonly ok: boolean;
  /** What was said on both outputs, as it came. */
  readonly lines: readonly string[];
  /** Why it failed, when the process itself does not say so: it did not start, or took too long. */
  readonly problem: string;
}

const PATIENCE_MS = 5_000;

/**
 * The environment for a Python that is started here.
 *
 * Without what the editor's host hands down, because the Node inside Playwright would obey it; isolated also
 * without the paths by which other packages would be found before those of the environment.
 */
export function childEnvironment({ isolated = false } = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _electron, ...inherited } = process.env;
  const { PYTHONPATH: _path, PYTHONHOME: _home, ...clean } = inherited;
  return { ...(isolated ? clean : inherited), PYTHONUTF8: "1" };
}

/** Runs a command without input until it ends; rejects with an AbortError when it is cancelled. */
export async function run(
  command: string,
  words: readonly string[],
  { cwd, env, timeoutMs, signal, onLine }: RunOptions,
): Promise<Finished> {
  signal.throwIfAborted();
  const child = spawn(command, words, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    detached: process.platform !== "win32", // the leader of a group of its own, which is ended as a whole
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
  }
  const end = () => endTree(child);
  signal.addEventListener("abort", end);
  let problem = "";
  const limit = setTimeout(() => {
    problem = l10n.t("{0} did not end within {1} s.", command, timeoutMs / 1000);
    end();
  }, timeoutMs);
  try {
    const ok = await new Promise<boolean>((resolve) => {
      child.once("error", (error) => {
        problem = l10n.t("{0} does not start: {1}", command, error.message);
        resolve(false);
      });
      child.once("close", (code) => resolve(code === 0));
    });
    signal.throwIfAborted();
    return { ok: ok && problem === "", lines, problem };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener("abort", end);
  }
}

/** The first of the folders that is there: a program does not start in one that is not. */
export function existingFolder(folders: readonly string[]): string {
  return folders.find((folder) => existsSync(folder)) ?? process.cwd();
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Asks first, because `helios setup` ends its own installers then. */
function endTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) {
    return;
  }
  if (process.platform === "win32") {
    execFile("taskkill", ["/pid", `${pid}`, "/T", "/F"]);
    return;
  }
  signalGroup(pid, "SIGTERM");
  const hard = setTimeout(() => signalGroup(pid, "SIGKILL"), PATIENCE_MS);
  child.once("close", () => clearTimeout(hard));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
