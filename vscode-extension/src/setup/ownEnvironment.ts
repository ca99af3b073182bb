/** The virtual environments that Helios makes for itself, from the wheel that the extension carries. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { type BasePython, pythonIn } from "../environment.ts";
import { pipFailure, SetUpFailed, venvFailure } from "./failures.ts";
import { forgetUse, isInUse, noteUse } from "./inUse.ts";
import { releaseLock, takeLock } from "./lock.ts";
import { childEnvironment, type RunOptions, run } from "./process.ts";

const MARKER = "helios-ready.json";
const LOCK = "making.lock";
const MINUTE_MS = 60_000;
/** How long another window is waited for: as long as what it does may take. */
const WAIT_MS = 36 * MINUTE_MS;
const LOOK_MS = 500;
const CHECK = "import helios_renders.server.main, helios_renders.cli.command, helios_renders.capture.session";

export interface Watch {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  /** What is being done, in a few words. */
  readonly onStep: (step: string) => void;
}

/**
 * Environments below `storage`, each in a folder of its own: the version of the extension and a number.
 *
 * One counts when its marker is there, which is written last: a half-made one is never used. The newest of
 * this version is used, so that a good one stays in its place while another is made.
 */
export class OwnEnvironment {
  readonly #root: string;
  readonly #wheel: string | undefined;
  readonly #name: string;

  /** `wheels` is the folder that holds the wheel; an extension run from its sources may have none. */
  constructor(storage: string, wheels: string, version: string) {
    this.#root = path.join(storage, "python");
    const [wheel] = existsSync(wheels) ? readdirSync(wheels).filter((name) => name.endsWith(".whl")) : [];
    this.#wheel = wheel && path.join(wheels, wheel);
    const digest = this.#wheel ? createHash("sha256").update(readFileSync(this.#wheel)).digest("hex") : "";
    this.#name = `${version}-${digest.slice(0, 12)}`;
  }

  /** The Python of the newest; undefined when none has been made. */
  get python(): string | undefined {
    const newest = this.#newest;
    return newest && pythonIn(newest);
  }

  /** Whether an earlier version of the extension has made one, so that nobody needs to be asked again. */
  get hasOld(): boolean {
    return this.#all().some(isReady);
  }

  /** Makes one; throws SetUpFailed, or an AbortError when it was cancelled. All others stay as they are. */
  async make(base: BasePython, watch: Watch): Promise<void> {
    const wheel = this.#wheel;
    if (!wheel) {
      throw new SetUpFailed(
        l10n.t("This build of the extension does not carry the Python package."),
        l10n.t("Install helios-renders into a Python, and choose that one."),
      );
    }
    await mkdir(this.#root, { recursive: true });
    const before = this.#newest;
    const lock = path.join(this.#root, LOCK);
    await waitForLock(lock, watch);
    try {
      if (this.#newest === before) {
        await this.#fill(await this.#claim(), base, wheel, watch);
      }
    } finally {
      await releaseLock(lock);
    }
  }

  /** Notes that a daemon of this process runs with this Python, and with no other one from here. */
  async use(python: string): Promise<void> {
    for (const environment of this.#all()) {
      await (pythonIn(environment) === python ? noteUse(environment) : forgetUse(environment));
    }
  }

  /** Removes those that no living process uses but the newest; what cannot be removed is told to `warn`. */
  async removeUnused(warn: (text: string) => void): Promise<void> {
    const newest = this.#newest;
    for (const environment of this.#all()) {
      if (environment !== newest && !isInUse(environment)) {
        await remove(environment).catch((error) =>
          warn(`${environment} could not be removed: ${String(error)}`),
        );
      }
    }
  }

  async #fill(environment: string, base: BasePython, wheel: string, watch: Watch): Promise<void> {
    try {
      await fill(environment, base, wheel, watch);
    } catch (error) {
      await remove(environment).catch(() => undefined); // what failed before is what there is to say
      throw error;
    }
  }

  /** A new folder with the next number. */
  async #claim(): Promise<string> {
    const last = Math.max(0, ...this.#all().map((environment) => this.#numberOf(environment)));
    const environment = path.join(this.#root, `${this.#name}-${last + 1}`);
    await mkdir(environment);
    await noteUse(environment);
    return environment;
  }

  get #newest(): string | undefined {
    return this.#all()
      .filter((environment) => this.#numberOf(environment) > 0 && isReady(environment))
      .sort((one, other) => this.#numberOf(other) - this.#numberOf(one))[0];
  }

  /** 0 for one of another version. */
  #numberOf(environment: string): number {
    const name = path.basename(environment);
    return name.startsWith(`${this.#name}-`) ? Number(name.slice(this.#name.length + 1)) || 0 : 0;
  }

  #all(): string[] {
    return existsSync(this.#root)
      ? readdirSync(this.#root)
          .filter((name) => name !== LOCK)
          .map((name) => path.join(this.#root, name))
      : [];
  }
}

async function waitForLock(file: string, { signal, onStep }: Watch): Promise<void> {
  const last = Date.now() + WAIT_MS;
  while (!(await takeLock(file))) {
    if (Date.now() > last) {
      throw new SetUpFailed(
        l10n.t("Another window is setting Helios up."),
        l10n.t("Wait for it, then try again."),
      );
    }
    onStep(l10n.t("Another window is setting Helios up"));
    await sleep(LOOK_MS, undefined, { signal });
  }
}

async function fill(
  environment: string,
  base: BasePython,
  wheel: string,
  { signal, onLine, onStep }: Watch,
): Promise<void> {
  const options: Omit<RunOptions, "timeoutMs"> = {
    cwd: environment,
    env: childEnvironment({ isolated: true }),
    signal,
    onLine: (line) => {
      onLine(line);
      const step = pipStep(line);
      if (step) {
        onStep(step);
      }
    },
  };
  onStep(l10n.t("Creating the environment"));
  const venv = await run(base.command, ["-m", "venv", environment], { ...options, timeoutMs: 5 * MINUTE_MS });
  if (!venv.ok) {
    throw venvFailure(base.command, venv);
  }
  const python = pythonIn(environment);
  const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-color"];
  const install = await run(python, ["-m", "pip", "install", ...quiet, wheel], {
    ...options,
    timeoutMs: 30 * MINUTE_MS,
  });
  if (!install.ok) {
    throw pipFailure(install);
  }
  onStep(l10n.t("Checking the environment"));
  const check = await run(python, ["-P", "-c", CHECK], { ...options, timeoutMs: MINUTE_MS });
  if (!check.ok) {
    throw pipFailure(check);
  }
  const marker = path.join(environment, MARKER);
  await writeFile(`${marker}.new`, JSON.stringify({ base: base.command, version: base.version }));
  await rename(`${marker}.new`, marker);
}

function isReady(environment: string): boolean {
  return existsSync(path.join(environment, MARKER));
}

/** What a line of pip's says is being done, in a few words; undefined when it says nothing of that kind. */
export function pipStep(line: string): string | undefined {
  const downloading = /^\s*Downloading ([A-Za-z0-9_.]+?)-\d\S* \(([\d.]+ [kMG]?B)\)/.exec(line);
  if (downloading) {
    const [, name = "", size = ""] = downloading;
    return l10n.t("Downloading {0}, {1}", name, size);
  }
  const collecting = /^Collecting ([A-Za-z0-9_.-]+)/.exec(line);
  if (collecting) {
    return l10n.t("Looking for {0}", collecting[1] ?? "");
  }
  return line.startsWith("Installing collected packages") ? l10n.t("Installing the packages") : undefined;
}

/** The marker first, so that what is left of a removal that was interrupted is not used. */
async function remove(environment: string): Promise<void> {
  await rm(path.join(environment, MARKER), { force: true });
  await rm(environment, { recursive: true, force: true });
}
