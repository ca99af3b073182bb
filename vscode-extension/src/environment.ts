/** Finds a Python that can run the daemon. The answer is data: what was found, or what was tried and why not. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

export interface Attempt {
  readonly command: string;
  readonly origin: string;
  readonly problem: string;
}

export type PythonSearch =
  | { readonly kind: "found"; readonly command: string; readonly origin: string; readonly version: string }
  | { readonly kind: "missing"; readonly tried: readonly Attempt[] };

interface Candidate {
  readonly command: string;
  readonly origin: string;
}

const OLDEST = [3, 11] as const;
const PROBE_TIMEOUT_MS = 15_000;
const PROBE =
  "import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.stdout.flush(); " +
  "import helios_renders; print(helios_renders.__version__)";

/**
 * The first Python that is new enough and has the package.
 *
 * A Python named in the setting is the only candidate: falling back to another one would hide the mistake.
 */
export async function findPython(
  setting: string,
  folders: readonly string[],
  cwd: string,
): Promise<PythonSearch> {
  const tried: Attempt[] = [];
  for (const candidate of candidates(setting, folders)) {
    const answer = await probe(candidate.command, cwd);
    if ("version" in answer) {
      return { kind: "found", ...candidate, version: answer.version };
    }
    tried.push({ ...candidate, problem: answer.problem });
  }
  return { kind: "missing", tried };
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

function candidates(setting: string, folders: readonly string[]): Candidate[] {
  if (setting.trim() !== "") {
    return [{ command: expandPath(setting, folders), origin: "the setting helios.python" }];
  }
  const windows = process.platform === "win32";
  const inVenv = windows ? [".venv", "Scripts", "python.exe"] : [".venv", "bin", "python"];
  const venvs = folders
    .map((folder) => path.join(folder, ...inVenv))
    .filter((python) => existsSync(python))
    .map((command) => ({ command, origin: "the workspace's .venv" }));
  const names = windows ? ["python", "python3"] : ["python3", "python"];
  return [...venvs, ...names.map((command) => ({ command, origin: "the PATH" }))];
}

/** The extension's folder as `cwd` keeps a workspace's modules from standing in for Python's own. */
function probe(command: string, cwd: string): Promise<{ version: string } | { problem: string }> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: PROBE_TIMEOUT_MS, windowsHide: true };
    execFile(command, ["-c", PROBE], options, (error, stdout, stderr) => {
      const [version, packageVersion] = stdout.trim().split(/\r?\n/);
      if (error && "code" in error && error.code === "ENOENT") {
        resolve({ problem: "There is no such program." });
      } else if (error?.killed) {
        resolve({ problem: `It did not answer within ${PROBE_TIMEOUT_MS / 1000} s.` });
      } else if (!version || !/^\d+\.\d+\.\d+$/.test(version)) {
        resolve({
          problem: `It did not answer like a Python: ${lastLine(stderr) || error?.message || stdout}`,
        });
      } else if (isOlder(version)) {
        resolve({ problem: `It is Python ${version}, and ${OLDEST.join(".")} or newer is needed.` });
      } else if (error || !packageVersion) {
        resolve({ problem: `It is Python ${version} without a working helios-renders: ${lastLine(stderr)}` });
      } else {
        resolve({ version });
      }
    });
  });
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? "";
}
