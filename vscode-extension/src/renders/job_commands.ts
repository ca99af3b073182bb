/** What changes a job: cancel, pause, resume, retry, render again, its place in the queue, remove. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import { messageOf } from "../errors.ts";
import { codeOf, type Messages, notRendered } from "../messages.ts";
import { renders, together } from "../plural.ts";
import type { Job } from "../protocol.ts";
import { saveEdits } from "../saving.ts";
import { deletionProblem, sidecarOf } from "./deletion.ts";
import type { Jobs } from "./jobs.ts";
import { digestOf, isMissing, sizeOf } from "./output_commands.ts";
import { hasEnded, isUnfinished, outputOf } from "./states.ts";

type Move = "top" | "up" | "down";

export class JobCommands {
  readonly #daemon: Daemon;
  readonly #jobs: Jobs;
  readonly #messages: Messages;

  constructor(daemon: Daemon, jobs: Jobs, messages: Messages) {
    this.#daemon = daemon;
    this.#jobs = jobs;
    this.#messages = messages;
  }

  async cancel(job: Job): Promise<void> {
    this.#jobs.setCancelling(job.id, true);
    try {
      const answer = await this.#daemon.request("helios/render/cancel", { jobId: job.id });
      this.#jobs.update(answer.job);
    } catch (error) {
      this.#jobs.setCancelling(job.id, false);
      failed(l10n.t("{0} was not cancelled.", job.name), error);
    }
  }

  async cancelAll(): Promise<void> {
    const running = this.#jobs.all().filter(isUnfinished);
    if (running.length === 0) {
      void vscode.window.showInformationMessage(l10n.t("No render is running."));
      return;
    }
    const question = l10n.t("Cancel {0}?", renders(running.length));
    const detail = running.map(({ name }) => name).join("\n");
    if (running.length === 1 || (await isConfirmed(question, detail, l10n.t("Cancel All")))) {
      await Promise.all(running.map((job) => this.cancel(job)));
    }
  }

  async pause(job: Job): Promise<void> {
    const answer = this.#daemon.request("helios/render/pause", { jobId: job.id });
    await this.#change(answer, l10n.t("{0} was not paused.", job.name));
  }

  async resume(job: Job): Promise<void> {
    if (job.state !== "paused") {
      await this.retry(job);
      return;
    }
    const answer = this.#daemon.request("helios/render/resume", { jobId: job.id });
    await this.#change(answer, l10n.t("{0} was not resumed.", job.name));
  }

  async retry(job: Job): Promise<void> {
    await this.#begin(job, "helios/render/retry");
  }

  async renderAgain(job: Job): Promise<void> {
    await this.#begin(job, "helios/render/again");
  }

  async move(job: Job, where: Move): Promise<void> {
    const others = this.#jobs.waiting().filter(({ id }) => id !== job.id);
    const place = this.#jobs.waiting().findIndex(({ id }) => id === job.id);
    const target = { top: 0, up: place - 1, down: place + 1 }[where];
    const params = { jobId: job.id, before: others[Math.max(0, target)]?.id ?? null };
    const answer = this.#daemon.request("helios/render/move", params);
    await this.#change(answer, l10n.t("{0} was not moved.", job.name));
  }

  async remove(job: Job): Promise<void> {
    try {
      await this.#daemon.request("helios/render/remove", { jobId: job.id });
    } catch (error) {
      if (codeOf(error) !== "jobNotFound") {
        failed(notRemoved(job), error);
        return;
      }
    }
    this.#jobs.remove([job.id]);
  }

  async removeWithOutput(job: Job): Promise<void> {
    const output = outputOf(job);
    if (!output) {
      return;
    }
    // A machine that is reached from afar has no trash that VS Code knows.
    const useTrash = vscode.env.remoteName === undefined;
    try {
      if (!(await this.#deleteOutput(job, vscode.Uri.file(output), useTrash))) {
        return;
      }
    } catch (error) {
      failed(notRemoved(job), error);
      return;
    }
    await this.remove(job);
  }

  /** Whether the files are gone now; `refusal` is why the trash did not take them. */
  async #deleteOutput(job: Job, uri: vscode.Uri, useTrash: boolean, refusal?: string): Promise<boolean> {
    if (!(await this.#isDeletable(job, uri))) {
      return false;
    }
    const names = [uri, ...(await this.#sidecar(job))].map((each) => vscode.workspace.asRelativePath(each));
    if (!(await isDeletionConfirmed(together(names), useTrash, refusal))) {
      return false;
    }
    // Once more: the question can have stood there for long.
    if (!(await this.#isDeletable(job, uri))) {
      return false;
    }
    const files = [uri, ...(await this.#sidecar(job))];
    try {
      await Promise.all(files.map((file) => deleteFile(file, useTrash)));
    } catch (error) {
      if (!useTrash) {
        throw error;
      }
      return await this.#deleteOutput(job, uri, false, messageOf(error));
    }
    return true;
  }

  /** The job's own file of subtitles, if it is there; one that somebody has changed is that person's. */
  async #sidecar(job: Job): Promise<vscode.Uri[]> {
    const path = job.result?.sidecar;
    const digest = path ? await digestOf(vscode.Uri.file(path)) : undefined;
    const own = digest === undefined ? undefined : sidecarOf(job, this.#jobs.all(), digest);
    return own === undefined ? [] : [vscode.Uri.file(own)];
  }

  /** Whether the file is the job's own, or is gone; the person is told when not. */
  async #isDeletable(job: Job, uri: vscode.Uri): Promise<boolean> {
    try {
      const problem = deletionProblem(job, this.#jobs.all(), await sizeOf(uri));
      if (problem !== undefined) {
        void vscode.window.showErrorMessage(
          l10n.t("Nothing was deleted. {0} Remove the render from the list alone.", problem),
        );
      }
      return problem === undefined;
    } catch (error) {
      if (isMissing(error)) {
        return true;
      }
      throw error;
    }
  }

  async clearFinished(): Promise<void> {
    try {
      const { jobIds } = await this.#daemon.request("helios/renders/clear", {});
      this.#jobs.remove(jobIds);
      const kept = this.#jobs.all().filter((job) => hasEnded(job) && !job.elsewhere).length;
      if (kept > 0) {
        void vscode.window.showInformationMessage(
          kept === 1
            ? l10n.t("{0} interrupted render stays, because it can still be resumed.", kept)
            : l10n.t("{0} interrupted renders stay, because they can still be resumed.", kept),
        );
      }
    } catch (error) {
      void vscode.window.showErrorMessage(l10n.t("The list was not cleared. {0}", String(error)));
    }
  }

  async #begin(job: Job, method: "helios/render/retry" | "helios/render/again"): Promise<void> {
    await saveEdits();
    if (!(await this.#daemon.start())) {
      this.#messages.notStarted();
      return;
    }
    try {
      const answer = await this.#daemon.request(method, { jobId: job.id });
      this.#jobs.update(answer.job);
    } catch (error) {
      this.#messages.requestFailed(notRendered(job.name), error);
    }
  }

  /** `failure` says that it was not done. */
  async #change(answer: Promise<{ readonly job: Job }>, failure: string): Promise<void> {
    try {
      this.#jobs.update((await answer).job);
    } catch (error) {
      failed(failure, error);
    }
  }
}

function notRemoved(job: Job): string {
  return l10n.t("{0} was not removed.", job.name);
}

function failed(what: string, error: unknown): void {
  void vscode.window.showErrorMessage(`${what} ${messageOf(error)}`);
}

async function deleteFile(uri: vscode.Uri, useTrash: boolean): Promise<void> {
  try {
    await vscode.workspace.fs.delete(uri, { useTrash, recursive: true });
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
}

async function isDeletionConfirmed(names: string, useTrash: boolean, refusal?: string): Promise<boolean> {
  if (useTrash) {
    return await isConfirmed(
      l10n.t("Move {0} to the trash?", names),
      l10n.t("The render leaves the list."),
      l10n.t("Move to Trash"),
    );
  }
  const forGood = l10n.t("What is deleted is gone for good, and the render leaves the list.");
  return await isConfirmed(
    l10n.t("Delete {0}?", names),
    refusal === undefined ? forGood : `${l10n.t("The trash did not take it: {0}", refusal)}\n\n${forGood}`,
    l10n.t("Delete Permanently"),
  );
}

async function isConfirmed(question: string, detail: string, button: string): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, button);
  return answer === button;
}
