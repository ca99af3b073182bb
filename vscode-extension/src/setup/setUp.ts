/** The set-up without a terminal: asks once, makes the environment, then looks after browser and ffmpeg. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import { type BasePython, examinePython } from "../environment.ts";
import { CHOOSE_PYTHON, type Messages, type Way } from "../messages.ts";
import type { Restarter } from "../restarter.ts";
import type { Scope } from "../settings/sources.ts";
import { writeSetting } from "../settings/write.ts";
import { SetUpFailed } from "./failures.ts";
import type { PythonFinder } from "./finder.ts";
import { installPrograms, mayInstall, missingPrograms } from "./programs.ts";
import { forgetPython, namePython } from "./pythonSetting.ts";
import { withCancellableProgress } from "./tool.ts";

const OFFERED = "helios.setUpOffered";
const SET_UP = l10n.t("Set Up");
const [CHOOSE] = CHOOSE_PYTHON;

export class SetUp implements vscode.Disposable {
  readonly #daemon: Daemon;
  readonly #finder: PythonFinder;
  readonly #messages: Messages;
  readonly #restarter: Restarter;
  readonly #log: vscode.LogOutputChannel;
  readonly #memory: vscode.Memento;
  readonly #ending = new AbortController();
  #busy: boolean = false;
  #switching: boolean = false;

  constructor(
    daemon: Daemon,
    finder: PythonFinder,
    messages: Messages,
    restarter: Restarter,
    log: vscode.LogOutputChannel,
    memory: vscode.Memento,
  ) {
    this.#daemon = daemon;
    this.#finder = finder;
    this.#messages = messages;
    this.#restarter = restarter;
    this.#log = log;
    this.#memory = memory;
  }

  /** Whether it changes the setting `helios.python` itself, and restarts the daemon afterwards. */
  get isSwitching(): boolean {
    return this.#switching;
  }

  dispose(): void {
    this.#ending.abort();
  }

  /** What follows when the daemon did not start with the window: asked once, later only when called. */
  async offer(): Promise<void> {
    const { state, python } = this.#daemon;
    if (state === "stopped") {
      this.#messages.notStarted();
    } else if (python?.kind === "missing" && python.base && this.#finder.own.hasOld) {
      const { base } = python;
      await this.#said(() => this.#make(base, l10n.t("Updating Helios")));
    } else if (state === "needsSetUp" && !this.#memory.get(OFFERED)) {
      await this.#memory.update(OFFERED, true);
      await this.setUp();
    }
  }

  /** The command Set Up Helios. */
  async setUp(): Promise<void> {
    await this.#said(async () => {
      const search = await this.#finder.find();
      if (search.kind === "missing" && search.base) {
        await this.#ask(search.base);
      } else {
        await this.#finish();
      }
    });
  }

  /** The command Set Up Browser and FFmpeg. */
  async setUpPrograms(): Promise<void> {
    await this.#said(() => this.#finish());
  }

  /** The command Choose Python: one with the package goes into the settings, another gets an environment. */
  async choosePython(): Promise<void> {
    await this.#said(async () => {
      const options = { title: l10n.t("Choose Python"), openLabel: l10n.t("Choose") };
      const [uri] = (await vscode.window.showOpenDialog(options)) ?? [];
      if (!uri) {
        return;
      }
      const chosen = await examinePython(uri.fsPath, vscode.Uri.joinPath(uri, "..").fsPath);
      if ("problem" in chosen) {
        this.#messages.error(l10n.t("{0} cannot be used. {1}", uri.fsPath, chosen.problem), CHOOSE_PYTHON);
      } else if ("kind" in chosen) {
        await this.#switch(() => namePython(chosen.command, pythonSetting(), writePython));
      } else {
        await this.#ask(chosen);
      }
    });
  }

  /** Does the work of a command, unless the workspace is not trusted, and says what went wrong. */
  async #said(work: () => Promise<void>): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.#messages.restrictedMode();
      return;
    }
    if (this.#busy) {
      this.#isBusy();
      return;
    }
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #ask(base: BasePython): Promise<void> {
    const answer = await vscode.window.showInformationMessage(
      [
        l10n.t("Helios needs a Python environment of its own: about 140 MB to download, 500 MB on the disk."),
        l10n.t(
          "It is made from Python {0} ({1}) and changes nothing outside of Helios' own folder.",
          base.version,
          base.command,
        ),
      ].join(" "),
      SET_UP,
      CHOOSE,
      l10n.t("Not Now"),
    );
    if (answer === SET_UP) {
      await this.#make(base, l10n.t("Setting up Helios"));
    } else if (answer === CHOOSE) {
      await this.choosePython();
    }
  }

  async #make(base: BasePython, title: string): Promise<void> {
    const made = await this.#alone(() =>
      withCancellableProgress(title, this.#ending.signal, async (signal, onStep) => {
        this.#log.info(`${title}, from Python ${base.version} (${base.command})`);
        await this.#finder.own.make(base, { signal, onStep, onLine: (line) => this.#log.info(line) });
        return true;
      }),
    );
    if (made && (await this.#switch(() => forgetPython(pythonSetting(), writePython)))) {
      await this.#finder.own.removeUnused((text) => this.#log.warn(text));
      await this.#finish();
    }
  }

  /** Whether the daemon is ready with the Python that `write` sets. */
  async #switch(write: () => Promise<void>): Promise<boolean> {
    this.#switching = true;
    try {
      await write();
      return await this.#restarter.restart(l10n.t("Helios has another Python now."));
    } finally {
      this.#switching = false;
    }
  }

  /** With a Python that is there: starts the daemon, and installs what else is missing. */
  async #finish(): Promise<void> {
    if (!(await this.#daemon.start())) {
      this.#messages.notStarted();
      return;
    }
    const { python } = this.#daemon;
    if (python?.kind !== "found") {
      return;
    }
    const { signal } = this.#ending;
    const missing = await this.#alone(() => missingPrograms(python, signal));
    const isComplete =
      missing?.length === 0 ||
      (missing &&
        (await mayInstall(missing)) &&
        (await this.#alone(() => installPrograms(python, signal, this.#log))));
    if (isComplete) {
      const render = () => vscode.commands.executeCommand("helios.renderComposition");
      this.#messages.info(l10n.t("Helios is ready to render."), [l10n.t("Render Composition"), render]);
    }
  }

  /** Does what no other may do beside it, which excludes questions: those wait as long as the person likes. */
  async #alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#busy) {
      this.#isBusy();
      return undefined;
    }
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  #isBusy(): void {
    this.#messages.info(l10n.t("Helios is being set up."));
  }

  #failed(error: unknown): void {
    if (this.#ending.signal.aborted) {
      return;
    }
    const failure = error instanceof SetUpFailed ? error : unexpected(error);
    const { message, advice, aboutPython } = failure;
    this.#log.error(`The set-up failed: ${message} ${advice}`);
    const again: Way = [l10n.t("Try Again"), () => vscode.commands.executeCommand("helios.setUp")];
    const text = l10n.t("Helios is not set up. {0} {1}", message, advice);
    this.#messages.error(text, again, ...(aboutPython ? [CHOOSE_PYTHON] : []), this.#messages.showLog());
  }
}

function pythonSetting() {
  return vscode.workspace.getConfiguration("helios").inspect<string>("python") ?? {};
}

async function writePython(value: string | undefined, scope: Scope): Promise<void> {
  await writeSetting("python", value, scope, undefined);
}

function unexpected(error: unknown): SetUpFailed {
  return new SetUpFailed(String(error), l10n.t("The log may say more."), { aboutPython: false });
}
