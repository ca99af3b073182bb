/** What a person can do with renders. Each command works from the view, a menu, the palette or a key alike. */

import path from "node:path";
import * as vscode from "vscode";
import { pickComposition, rendersFolder } from "../compositions/pick.ts";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import type { Job } from "../protocol.ts";
import { readConcurrency, readExecutable, readNetwork, usesCache } from "../settings/read.ts";
import { count, duration } from "./format.ts";
import type { JobChange, Jobs } from "./jobs.ts";
import { canPause, canResume, canRetry, hasEnded, isWaiting, jobRow, outputOf } from "./rows.ts";
import { JobElement } from "./tree.ts";

export class RenderCommands {
  readonly #daemon: Daemon;
  readonly #jobs: Jobs;
  readonly #messages: Messages;

  constructor(daemon: Daemon, jobs: Jobs, messages: Messages) {
    this.#daemon = daemon;
    this.#jobs = jobs;
    this.#messages = messages;
  }

  async render(uri?: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.#messages.restrictedMode();
      return;
    }
    const page = await pickComposition(uri);
    if (!page) {
      return;
    }
    const concurrency = readConcurrency(page);
    if ("invalid" in concurrency) {
      this.#messages.invalidConcurrency(concurrency.invalid);
      return;
    }
    await vscode.workspace.saveAll(false); // the page is read from disk, and so are the files it loads
    if (!(await this.#daemon.start())) {
      this.#messages.notStarted();
      return;
    }
    try {
      await this.#daemon.request("helios/render/start", {
        composition: page.fsPath,
        outputFolder: rendersFolder(page),
        concurrency: concurrency.workers,
        browser: readExecutable("browser"),
        ffmpeg: readExecutable("ffmpeg"),
        network: readNetwork(page),
        cache: usesCache(page),
      });
    } catch (error) {
      this.#messages.requestFailed(path.basename(page.fsPath), error);
    }
  }

  async cancel(element?: unknown): Promise<void> {
    const job = await this.#pickJob(element, this.#jobs.running(), "Cancel Render", "No render is running.");
    if (!job || hasEnded(job)) {
      return;
    }
    this.#jobs.setCancelling(job.id, true);
    try {
      const answer = await this.#daemon.request("helios/render/cancel", { jobId: job.id });
      this.#jobs.update(answer.job);
    } catch (error) {
      this.#jobs.setCancelling(job.id, false);
      void vscode.window.showErrorMessage(`${job.name} was not cancelled. ${String(error)}`);
    }
  }

  async pause(element?: unknown): Promise<void> {
    const going = this.#jobs.all().filter(canPause);
    const job = await this.#pickJob(element, going, "Pause Render", "No render is waiting or running.");
    if (job) {
      await this.#change(job, "paused", this.#daemon.request("helios/render/pause", { jobId: job.id }));
    }
  }

  async resume(element?: unknown): Promise<void> {
    const stopped = this.#jobs.all().filter(canResume);
    const job = await this.#pickJob(element, stopped, "Resume Render", "No render is paused or interrupted.");
    if (job?.state === "paused") {
      await this.#change(job, "resumed", this.#daemon.request("helios/render/resume", { jobId: job.id }));
    } else if (job) {
      await this.#again(job);
    }
  }

  async moveToTop(element?: unknown): Promise<void> {
    const waiting = this.#jobs.all().filter(isWaiting);
    const job = await this.#pickJob(element, waiting, "Move to Top", "No render is waiting.");
    const [first] = waiting.sort((one, other) => one.order - other.order);
    if (job && first && first.id !== job.id) {
      const params = { jobId: job.id, before: first.id };
      await this.#change(job, "moved", this.#daemon.request("helios/render/move", params));
    }
  }

  async retry(element?: unknown): Promise<void> {
    const stopped = this.#jobs.all().filter(canRetry);
    const job = await this.#pickJob(
      element,
      stopped,
      "Retry Render",
      "No render has failed or was cancelled.",
    );
    if (job) {
      await this.#again(job);
    }
  }

  async remove(element?: unknown): Promise<void> {
    const ended = this.#jobs.all().filter(hasEnded);
    const job = await this.#pickJob(element, ended, "Remove from List", "No render is over.");
    if (!job) {
      return;
    }
    try {
      await this.#daemon.request("helios/render/remove", { jobId: job.id });
      this.#jobs.remove(job.id);
    } catch (error) {
      void vscode.window.showErrorMessage(`${job.name} was not removed. ${String(error)}`);
    }
  }

  async openOutput(element?: unknown): Promise<void> {
    const finished = this.#jobs.all().filter((job) => outputOf(job));
    const job = await this.#pickJob(element, finished, "Open Output", "No render has finished yet.");
    const output = job && outputOf(job);
    if (output) {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(output));
    }
  }

  /** Says how a render ended, when it ends; not for those that were over when they became known here. */
  announce({ job, before }: JobChange): void {
    if (!before || hasEnded(before)) {
      return;
    }
    if (job.state === "failed" && job.error) {
      this.#messages.failed(job.name, job.error);
    }
    const output = outputOf(job);
    if (output) {
      const uri = vscode.Uri.file(output);
      const took = job.result
        ? ` ${count(job.result.frames, "frame")} in ${duration(job.result.seconds)}.`
        : "";
      this.#messages.info(
        `${vscode.workspace.asRelativePath(uri)} is ready.${took}`,
        ["Open", () => vscode.commands.executeCommand("vscode.open", uri)],
        ["Open Externally", () => vscode.env.openExternal(uri)],
        ["Reveal in Explorer", () => reveal(uri)],
      );
    }
  }

  async #change(job: Job, what: string, answer: Promise<{ readonly job: Job }>): Promise<void> {
    try {
      this.#jobs.update((await answer).job);
    } catch (error) {
      void vscode.window.showErrorMessage(`${job.name} was not ${what}. ${String(error)}`);
    }
  }

  async #again(job: Job): Promise<void> {
    await vscode.workspace.saveAll(false); // the page is read from disk, and so are the files it loads
    if (!(await this.#daemon.start())) {
      this.#messages.notStarted();
      return;
    }
    try {
      const answer = await this.#daemon.request("helios/render/retry", { jobId: job.id });
      this.#jobs.update(answer.job);
    } catch (error) {
      this.#messages.requestFailed(job.name, error);
    }
  }

  async #pickJob(
    element: unknown,
    jobs: readonly Job[],
    title: string,
    none: string,
  ): Promise<Job | undefined> {
    if (element instanceof JobElement) {
      return this.#jobs.get(element.id);
    }
    if (jobs.length < 2) {
      if (jobs.length === 0) {
        void vscode.window.showInformationMessage(none);
      }
      return jobs[0];
    }
    const items = jobs.map((job) => ({
      label: job.name,
      description: jobRow(job, this.#jobs.isCancelling(job.id)).description,
      job,
    }));
    return (await vscode.window.showQuickPick(items, { title, placeHolder: "Choose a render" }))?.job;
  }
}

async function reveal(uri: vscode.Uri): Promise<void> {
  const command = vscode.workspace.getWorkspaceFolder(uri) ? "revealInExplorer" : "revealFileInOS";
  await vscode.commands.executeCommand(command, uri);
}
