/** Restarts the daemon for a person, who is asked first when renders would end by it. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "./daemon.ts";
import type { Messages } from "./messages.ts";
import type { Jobs } from "./renders/jobs.ts";

const RESTART = l10n.t("Restart Daemon");

export class Restarter {
  readonly #daemon: Daemon;
  readonly #jobs: Jobs;
  readonly #messages: Messages;

  constructor(daemon: Daemon, jobs: Jobs, messages: Messages) {
    this.#daemon = daemon;
    this.#jobs = jobs;
    this.#messages = messages;
  }

  /** Whether renders would end by a restart. */
  get endsRenders(): boolean {
    return this.#jobs.active().length > 0;
  }

  /** Whether the daemon is ready after a restart; says why where it did not start. `why` begins the question. */
  async restart(...why: readonly string[]): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      this.#messages.restrictedMode();
      return false;
    }
    if (this.endsRenders) {
      const question = [...why, l10n.t("Restarting the daemon ends the renders that are running.")].join(" ");
      if ((await vscode.window.showWarningMessage(question, RESTART)) !== RESTART) {
        return false;
      }
    }
    if (await this.#daemon.restart()) {
      return true;
    }
    this.#messages.notStarted();
    return false;
  }
}
