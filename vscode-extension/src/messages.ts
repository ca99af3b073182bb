/** What goes wrong, said once, with buttons that are a way out. */

import * as vscode from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import type { Daemon } from "./daemon.ts";
import type { ErrorData, JobError } from "./protocol.ts";
import { CONCURRENCY_SETTING, CONCURRENCY_TITLE, MAX_CONCURRENCY, readExecutable } from "./settings/read.ts";
import { showSetting } from "./settings/show.ts";

type Way = readonly [label: string, go: () => unknown];

export class Messages {
  readonly #daemon: Daemon;
  readonly #log: vscode.LogOutputChannel;

  constructor(daemon: Daemon, log: vscode.LogOutputChannel) {
    this.#daemon = daemon;
    this.#log = log;
  }

  /** A render, or the request for one, that failed. */
  failed(name: string, error: JobError): void {
    const text = [`${name} was not rendered`, error.message, error.advice].filter(Boolean).map(sentence);
    this.#error(text.join(" "), ...this.#waysFor(error.code), this.#showLog());
  }

  /** Whatever a request threw, as the daemon's own words where there are any. */
  requestFailed(name: string, thrown: unknown): void {
    this.failed(name, toJobError(thrown));
  }

  invalidConcurrency(value: string): void {
    this.#error(
      `${CONCURRENCY_TITLE} is ${value} in the settings. It must be a whole number from 1 to ${MAX_CONCURRENCY}.`,
      openSetting(CONCURRENCY_SETTING),
    );
  }

  /** Why the daemon could not be started. */
  notStarted(): void {
    if (this.#daemon.state !== "missingPython") {
      this.#error("The Helios daemon did not start. The log says why.", this.#showLog(), this.#restart());
      return;
    }
    const tried = this.#daemon.tried.map(({ command, problem }) => `${command}: ${problem}`).join(" ");
    this.#error(
      `Helios needs Python 3.11 or newer with the package helios-renders. Tried ${tried}`,
      openSetting("helios.python"),
      this.#showLog(),
    );
  }

  crashedForGood(): void {
    this.#error(
      "The Helios daemon keeps ending by itself and is not started again.",
      this.#showLog(),
      this.#restart(),
    );
  }

  /** Why renders may not be there any more when the window is opened again. */
  journal(note: string): void {
    const ways = [this.#showLog()];
    void choose(vscode.window.showWarningMessage(note, ...ways.map(([label]) => label)), ways);
  }

  restrictedMode(): void {
    const manage: Way = [
      "Manage Workspace Trust",
      () => vscode.commands.executeCommand("workbench.trust.manage"),
    ];
    this.#error(
      "Helios does not render in Restricted Mode, because rendering runs the scripts of the page.",
      manage,
    );
  }

  info(text: string, ...ways: Way[]): void {
    void choose(vscode.window.showInformationMessage(text, ...ways.map(([label]) => label)), ways);
  }

  #error(text: string, ...ways: Way[]): void {
    void choose(vscode.window.showErrorMessage(text, ...ways.map(([label]) => label)), ways);
  }

  /** A program that is named wrongly is not mended by installing another one. */
  #waysFor(code: string): Way[] {
    const setUp: Way = ["Set Up in Terminal", () => this.#setUp()];
    switch (code) {
      case "browserMissing":
        return [...(readExecutable("browser") ? [] : [setUp]), openSetting("helios.browser")];
      case "ffmpegMissing":
        return [...(readExecutable("ffmpeg") ? [] : [setUp]), openSetting("helios.ffmpeg")];
      default:
        return [];
    }
  }

  /** A task rather than a terminal: no shell reads the path, and the output stays to be read. */
  async #setUp(): Promise<void> {
    const python = this.#daemon.python;
    if (!python) {
      return;
    }
    const task = new vscode.Task(
      { type: "process" },
      vscode.TaskScope.Workspace,
      "Set Up",
      "Helios",
      new vscode.ProcessExecution(python, ["-P", "-m", "helios_renders", "setup"]),
    );
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true };
    await vscode.tasks.executeTask(task);
  }

  #showLog(): Way {
    return ["Show Log", () => this.#log.show()];
  }

  #restart(): Way {
    return ["Restart Daemon", () => vscode.commands.executeCommand("helios.restartDaemon")];
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function openSetting(key: string): Way {
  return ["Open Setting", () => showSetting(key)];
}

async function choose(answer: Thenable<string | undefined>, ways: readonly Way[]): Promise<void> {
  const chosen = await answer;
  await ways.find(([label]) => label === chosen)?.[1]();
}

function toJobError(thrown: unknown): JobError {
  if (thrown instanceof ResponseError) {
    const data = (thrown.data ?? {}) as Partial<ErrorData>;
    const { code = "error", advice = "", details = [] } = data;
    return { code, message: thrown.message, advice, details };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "error", message, advice: "", details: [] };
}
