/** Finds a Python that can run the daemon. The answer is data: what was found, or what was tried and why not. */

import { type ExecFileException, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { messageOf } from "./errors.ts";
import { childEnvironment } from "./setup/process.ts";

/** A Python that may do, and from where it is known. */
export interface Candidate {
  readonly command: string;
  readonly origin: string;
  readonly arguments?: readonly string[];
}

export interface Attempt {
  readonly command: string;
  readonly origin: string;
  readonly problem: string;
}

/** A Python that is new enough to make an environment from. */
export interface BasePython {
  readonly command: string;
  readonly version: string;
}

export interface FoundPython {
  readonly kind: "found";
  readonly command: string;
  readonly origin: string;
  readonly version: string;
}

export interface MissingPython {
  readonly kind: "missing";
  readonly tried: readonly Attempt[];
  /** The first that lacks nothing but the package; undefined when the setting allows no other environment. */
  readonly base: BasePython | undefined;
}

export type PythonSearch = FoundPython | MissingPython;

/** Where to look, in this order; the extensions are only asked when nothing before them will do. */
export interface PythonSources {
  /** What `helios.python` says; empty when it is not set. */
  readonly setting: string;
  /** The Python of the environment that Helios made for itself. */
  readonly own: string | undefined;
  readonly folders: readonly string[];
  readonly extensions: () => Promise<readonly Candidate[]>;
}

type Probed =
  | { readonly kind: "ready"; readonly version: string; readonly executable: string }
  | { readonly kind: "bare"; readonly version: string; readonly executable: string; readonly problem: string }
  | { readonly kind: "unusable"; readonly problem: string };

export const OWN_ORIGIN = l10n.t("Helios' own environment");
export const SETTING_ORIGIN = l10n.t("the setting {0}", "helios.python");
export const OLDEST = [3, 11] as const;
const PROBE_TIMEOUT_MS = 15_000;
const PROBE =
  "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable); sys.stdout.flush(); " +
  "import helios_renders; print(helios_renders.__version__)";

/**
 * The first Python that is new enough and has the package.
 *
 * A Python named in the setting is the only candidate: falling back to another one would hide the mistake.
 */
export async function findPython(sources: PythonSources, cwd: string): Promise<PythonSearch> {
  const tried: Attempt[] = [];
  let base: BasePython | undefined;
  for await (const candidate of candidates(sources)) {
    const { command, origin } = candidate;
    const probed = await probe(candidate, cwd);
    if (probed.kind === "ready") {
      const found = candidate.arguments ? probed.executable : command;
      return { kind: "found", command: found, origin, version: probed.version };
    }
    if (probed.kind === "bare" && sources.setting.trim() === "") {
      base ??= { command: probed.executable, version: probed.version };
    }
    tried.push({
      command: [command, ...(candidate.arguments ?? [])].join(" "),
      origin,
      problem: probed.problem,
    });
  }
  return { kind: "missing", tried, base };
}

/** Whether a chosen Python has the package, could get it, or cannot be used. */
export async function examinePython(
  command: string,
  cwd: string,
): Promise<FoundPython | BasePython | { readonly problem: string }> {
  const origin = l10n.t("your choice");
  const probed = await probe({ command, origin }, cwd);
  if (probed.kind === "unusable") {
    return { problem: probed.problem };
  }
  const { version } = probed;
  return probed.kind === "ready"
    ? { kind: "found", command, origin, version }
    : { command: probed.executable, version };
}

/** `~` and `${workspaceFolder}` spelled out; a relative path starts at the first folder. */
export function expandPath(text: string, folders: readonly string[]): string {
  const folder = folders[0] ?? homedir();
  const expanded = text
    .trim()
    .replace(/^~(?=[\\/]|$)/, () => homedir())
    .replaceAll(/\$\{workspaceFolder\}/g, () => folder);
  const hasFolder = /[\\/]/.test(expanded);
  return hasFolder && !path.isAbsolute(expanded) ? path.join(folder, expanded) : expanded;
}

/** The Python inside a virtual environment. */
export function pythonIn(environment: string): string {
  return path.join(
    environment,
    ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
  );
}

async function* candidates(sources: PythonSources): AsyncGenerator<Candidate> {
  const { setting, own, folders } = sources;
  if (setting.trim() !== "") {
    yield { command: expandPath(setting, folders), origin: SETTING_ORIGIN };
    return;
  }
  if (own) {
    yield { command: own, origin: OWN_ORIGIN };
  }
  for (const command of folders.map((folder) => pythonIn(path.join(folder, ".venv"))).filter(existsSync)) {
    yield { command, origin: l10n.t("the workspace's {0}", ".venv") };
  }
  yield* await sources.extensions();
  const origin = l10n.t("the PATH");
  yield { command: "python3", origin };
  yield { command: "python", origin };
  if (process.platform === "win32") {
    yield { command: "py", origin, arguments: ["-3"] };
  }
}

/** The extension's folder as `cwd` keeps a workspace's modules from standing in for Python's own. */
function probe(candidate: Candidate, cwd: string): Promise<Probed> {
  return new Promise((resolve) => {
    const env = childEnvironment({ isolated: candidate.origin === OWN_ORIGIN });
    const options = { cwd, env, timeout: PROBE_TIMEOUT_MS, windowsHide: true };
    const words = [...(candidate.arguments ?? []), "-c", PROBE];
    const unusable = (error: unknown) => resolve({ kind: "unusable", problem: messageOf(error) });
    const heard = (error: ExecFileException | null, stdout: string, stderr: string) => {
      const [version, executable, packageVersion] = stdout.trim().split(/\r?\n/);
      if (error && "code" in error && error.code === "ENOENT") {
        resolve({ kind: "unusable", problem: l10n.t("There is no such program.") });
      } else if (error?.killed) {
        resolve({
          kind: "unusable",
          problem: l10n.t("It did not answer within {0} s.", PROBE_TIMEOUT_MS / 1000),
        });
      } else if (!version || !executable || !/^\d+\.\d+\.\d+$/.test(version)) {
        const answer = lastLine(stderr) || error?.message || stdout;
        resolve({ kind: "unusable", problem: l10n.t("It did not answer like a Python: {0}", answer) });
      } else if (isOlder(version)) {
        const problem = l10n.t("It is Python {0}, and {1} or newer is needed.", version, OLDEST.join("."));
        resolve({ kind: "unusable", problem });
      } else if (error || !packageVersion) {
        const why = lastLine(stderr);
        const problem = l10n.t("It is Python {0} without a working helios-renders: {1}", version, why);
        resolve({ kind: "bare", version, executable, problem });
      } else {
        resolve({ kind: "ready", version, executable });
      }
    };
    try {
      execFile(candidate.command, words, options, heard);
    } catch (error) {
      // Such as for a path below a file, which is no error of a process.
      unusable(error);
    }
  });
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? "";
}
