/** Starting a render, and saying how it ended. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { pickPages } from "../compositions/pick.ts";
import type { Daemon } from "../daemon.ts";
import { isHere } from "../external.ts";
import { type Messages, notRendered } from "../messages.ts";
import { frames } from "../plural.ts";
import type { Current } from "../settings/current.ts";
import { readOptions } from "../settings/read.ts";
import { isReady } from "../settings/ready.ts";
import { duration } from "./format.ts";
import type { JobChange } from "./job_list.ts";
import { openOutput, openOutputExternally, revealJobOutput } from "./output_commands.ts";
import { startRender } from "./start.ts";
import { hasEnded, outputOf } from "./states.ts";

export class RenderCommands {
  readonly #daemon: Daemon;
  readonly #messages: Messages;

  constructor(daemon: Daemon, messages: Messages) {
    this.#daemon = daemon;
    this.#messages = messages;
  }

  /** Renders a page, or every page among several files. */
  async render(uri?: unknown, selected?: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.#messages.restrictedMode();
      return;
    }
    for (const page of await pickPages(uri, selected)) {
      if (!(await this.start(page, readOptions(page)))) {
        return;
      }
    }
  }

  /** Renders a page with these options; false when nothing can be rendered now. */
  async start(page: vscode.Uri, options: Current): Promise<boolean> {
    if (!(await isReady(this.#daemon, this.#messages, options))) {
      return false;
    }
    try {
      await startRender(this.#daemon, page, options);
    } catch (error) {
      this.#messages.requestFailed(notRendered(path.basename(page.fsPath)), error);
    }
    return true;
  }

  /** Says how a render ended, when it ends; not for those that were over when they became known here. */
  announce({ job, before }: JobChange): void {
    if (!before || hasEnded(before) || job.elsewhere) {
      return;
    }
    if (job.state === "failed" && job.error) {
      this.#messages.failed(notRendered(job.name), job.error);
    }
    const output = outputOf(job);
    if (output) {
      const uri = vscode.Uri.file(output);
      const ready = l10n.t("{0} is ready.", vscode.workspace.asRelativePath(uri));
      const took =
        job.result && l10n.t("{0} in {1}.", frames(job.result.frames), duration(job.result.seconds));
      this.#messages.info(
        took ? `${ready} ${took}` : ready,
        [l10n.t("Open"), () => openOutput(job)],
        ...(isHere() ? [[l10n.t("Open Externally"), () => openOutputExternally(job)] as const] : []),
        [l10n.t("Reveal in Explorer"), () => revealJobOutput(job)],
      );
    }
  }
}
