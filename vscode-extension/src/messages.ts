/** What goes wrong, said once, with buttons that are a way out. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import type { Daemon } from "./daemon.ts";
import { messageOf } from "./errors.ts";
import type { ErrorData, JobError, JournalStatus } from "./protocol.ts";
import { readExecutable } from "./settings/read.ts";
import { showSetting } from "./settings/show.ts";
import { missingPythonWords } from "./setup/failures.ts";

export type Way = readonly [label: string, go: () => unknown];

const MOST_WORDS = 300;
export const CHOOSE_PYTHON: Way = [
  l10n.t("Choose Python..."),
  () => vscode.commands.executeCommand("helios.choosePython"),
];
const DOCTOR: Way = [l10n.t("Doctor"), () => vscode.commands.executeCommand("helios.doctor")];

export class Messages {
  readonly #daemon: Daemon;
  readonly #log: vscode.LogOutputChannel;

  constructor(daemon: Daemon, log: vscode.LogOutputChannel) {
    this.#daemon = daemon;
    this.#log = log;
  }

  /** `what` failed, as a sentence. */
  failed(what: string, error: JobError): void {
    const text = [what, error.message, error.advice].filter(Boolean).map(sentence);
    this.error(text.join(" "), ...this.#waysFor(error.code), this.showLog());
  }

  /** Whatever a request threw, as the daemon's own words where there are any. */
  requestFailed(what: string, thrown: unknown): void {
    this.failed(what, toJobError(thrown));
  }

  /** A setting that no render can have, and why. */
  unusableSetting(title: string, problem: string, key: string): void {
    this.error(l10n.t("{0} cannot be used as it is set. {1}", title, problem), openSetting(key));
  }

  /** Why the daemon could not be started; asks for the set-up where that is all that is missing. */
  notStarted(): void {
    const { state, python, lastWords } = this.#daemon;
    if (!vscode.workspace.isTrusted) {
      this.restrictedMode();
    } else if (state === "needsSetUp") {
      void vscode.commands.executeCommand("helios.setUp");
    } else if (python?.kind === "missing") {
      this.error(missingPythonWords(python), CHOOSE_PYTHON, openSetting("helios.python"), this.showLog());
    } else {
      const reason = sentence(lastWords.slice(0, MOST_WORDS));
      const text = lastWords
        ? l10n.t("The Helios daemon did not start: {0} The log says more.", reason)
        : l10n.t("The Helios daemon did not start. The log says more.");
      this.error(text, this.showLog(), this.#restart(), DOCTOR);
    }
  }

  /**
   * Said once for a series of crashes; `interrupted` are the names of the renders that were lost by it, of
   * which a journal keeps enough to go on with them.
   */
  crashed(interrupted: readonly string[], hasJournal: boolean): void {
    const canResume = interrupted.length > 0 && hasJournal;
    const text = [
      l10n.t("The Helios daemon ended by itself and is being started again."),
      interrupted.length > 0 ? l10n.t("It was rendering {0}.", interrupted.join(", ")) : "",
      canResume ? l10n.t("What is finished of it is kept: resume it to render the rest.") : "",
    ];
    const resume: Way = [
      l10n.t("Resume Render"),
      () => vscode.commands.executeCommand("helios.resumeRender"),
    ];
    this.#warning(text.filter(Boolean).join(" "), ...(canResume ? [resume] : []), this.showLog());
  }

  crashedForGood(): void {
    this.error(
      l10n.t("The Helios daemon keeps ending by itself and is not started again."),
      this.showLog(),
      this.#restart(),
    );
  }

  /** Why renders may not be there any more when the window is opened again. */
  journal({ state, note }: JournalStatus): void {
    if (state === "readOnly") {
      this.info(note, this.showLog());
    } else {
      this.#warning(note, this.showLog());
    }
  }

  restrictedMode(what: "render" | "preview" = "render"): void {
    const manage: Way = [
      l10n.t("Manage Workspace Trust"),
      () => vscode.commands.executeCommand("workbench.trust.manage"),
    ];
    this.error(
      what === "render"
        ? l10n.t("Helios does not render in Restricted Mode, because that runs the scripts of the page.")
        : l10n.t("Helios does not preview in Restricted Mode, because that runs the scripts of the page."),
      manage,
    );
  }

  info(text: string, ...ways: Way[]): void {
    void choose(vscode.window.showInformationMessage(text, ...ways.map(([label]) => label)), ways);
  }

  error(text: string, ...ways: Way[]): void {
    void choose(vscode.window.showErrorMessage(text, ...ways.map(([label]) => label)), ways);
  }

  #warning(text: string, ...ways: Way[]): void {
    void choose(vscode.window.showWarningMessage(text, ...ways.map(([label]) => label)), ways);
  }

  /** A program that is named wrongly is not mended by installing another one. */
  #waysFor(code: string): Way[] {
    const setUp: Way = [l10n.t("Set Up"), () => vscode.commands.executeCommand("helios.setUpPrograms")];
    switch (code) {
      case "browserMissing":
        return [...(readExecutable("browser") ? [] : [setUp]), openSetting("helios.browser")];
      case "ffmpegMissing":
        return [...(readExecutable("ffmpeg") ? [] : [setUp]), openSetting("helios.ffmpeg")];
      default:
        return [];
    }
  }

  showLog(): Way {
    return [l10n.t("Show Log"), () => this.#log.show()];
  }

  #restart(): Way {
    return [l10n.t("Restart Daemon"), () => vscode.commands.executeCommand("helios.restartDaemon")];
  }
}

/** What `failed` says of a render, or of the request for one. */
export function notRendered(name: string): string {
  return l10n.t("{0} was not rendered.", name);
}

function sentence(text: string): string {
  return /[.!?。！？]$/.test(text) ? text : `${text}.`;
}

function openSetting(key: string): Way {
  return [l10n.t("Open Setting"), () => showSetting(key)];
}

async function choose(answer: Thenable<string | undefined>, ways: readonly Way[]): Promise<void> {
  const chosen = await answer;
  try {
    await ways.find(([label]) => label === chosen)?.[1]();
  } catch (error) {
    // Nobody waits for what a button does, and so nobody else would hear of it.
    void vscode.window.showErrorMessage(messageOf(error));
  }
}

/** The daemon's word for what it refused; "error" for all other mistakes. */
export function codeOf(thrown: unknown): string {
  return toJobError(thrown).code;
}

function toJobError(thrown: unknown): JobError {
  if (thrown instanceof ResponseError) {
    const data = (thrown.data ?? {}) as Partial<ErrorData>;
    const { code = "error", advice = "", details = [] } = data;
    return { code, message: thrown.message, advice, details };
  }
  const message = messageOf(thrown);
  return { code: "error", message, advice: "", details: [] };
}
