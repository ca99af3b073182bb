/** Puts the Renders view, its status and its commands together. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import type { Job } from "../protocol.ts";
import { ACTIONS, type Action } from "./actions.ts";
import { chooseJobs } from "./chooser.ts";
import { type ContextKeys, changedKeys, contextKeys } from "./context_keys.ts";
import { JobCommands } from "./job_commands.ts";
import type { Jobs } from "./jobs.ts";
import { RenderLogs } from "./log_document.ts";
import {
  copyCommandLine,
  copyOutputPath,
  openOutput,
  openOutputExternally,
  revealJobOutput,
} from "./output_commands.ts";
import { RenderStatus } from "./status_bar.ts";
import { RendersTree } from "./tree.ts";

type ForAll = (jobs: readonly Job[]) => Promise<void>;

export function registerRenders(
  daemon: Daemon,
  jobs: Jobs,
  messages: Messages,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands = new JobCommands(daemon, jobs, messages);
  const tree = new RendersTree(jobs, log);
  const logs = new RenderLogs(daemon, jobs);

  const command = (id: string, run: (...args: unknown[]) => unknown) =>
    vscode.commands.registerCommand(id, run);
  const forAll = (action: Action, run: ForAll) =>
    command(action.command, async (node, selected) => {
      const chosen = await chooseJobs(jobs, action, node, selected);
      if (chosen.length > 0) {
        await run(chosen);
      }
    });
  const forEach = (action: Action, run: (job: Job) => Promise<void>) =>
    forAll(action, async (chosen) => {
      for (const job of chosen) {
        await run(job);
      }
    });

  return vscode.Disposable.from(
    tree,
    logs,
    new RenderStatus(jobs),
    keepContextKeys(jobs),
    forAll(ACTIONS.cancel, async (chosen) => {
      await Promise.all(chosen.map((job) => commands.cancel(job)));
    }),
    forEach(ACTIONS.pause, (job) => commands.pause(job)),
    forEach(ACTIONS.resume, (job) => commands.resume(job)),
    forEach(ACTIONS.retry, (job) => commands.retry(job)),
    forEach(ACTIONS.again, (job) => commands.renderAgain(job)),
    forEach(ACTIONS.moveToTop, (job) => commands.move(job, "top")),
    forEach(ACTIONS.moveUp, (job) => commands.move(job, "up")),
    forEach(ACTIONS.moveDown, (job) => commands.move(job, "down")),
    forEach(ACTIONS.remove, (job) => commands.remove(job)),
    forEach(ACTIONS.removeWithFile, (job) => commands.removeWithOutput(job)),
    forEach(ACTIONS.open, openOutput),
    forEach(ACTIONS.openExternally, openOutputExternally),
    forEach(ACTIONS.reveal, revealJobOutput),
    forAll(ACTIONS.copyPath, copyOutputPath),
    forAll(ACTIONS.copyCommand, (chosen) => copyCommandLine(daemon, chosen)),
    forEach(ACTIONS.showLog, (job) => logs.show(job)),
    command("helios.cancelAllRenders", () => commands.cancelAll()),
    command("helios.clearFinishedRenders", () => commands.clearFinished()),
    command("helios.filterRenders", () => askForFilter(tree)),
    command("helios.clearRenderFilter", () => tree.setFilter("")),
  );
}

/** The view follows every letter; Escape brings back what was there before. */
async function askForFilter(tree: RendersTree): Promise<void> {
  const before = tree.filter;
  const text = await vscode.window.showInputBox({
    title: l10n.t("Filter Renders"),
    prompt: l10n.t("Words of a render's name, state or path. Leave it empty to see all."),
    value: before,
    validateInput: async (value) => {
      await tree.setFilter(value);
      return undefined;
    },
  });
  await tree.setFilter(text ?? before);
}

function keepContextKeys(jobs: Jobs): vscode.Disposable {
  let known: ContextKeys = {};
  const update = () => {
    const now = contextKeys(jobs.all());
    for (const [key, value] of changedKeys(known, now)) {
      void vscode.commands.executeCommand("setContext", key, value);
    }
    known = now;
  };
  // They belong to the window, which may have had another extension host with other jobs before.
  update();
  return vscode.Disposable.from(
    jobs.onDidRemove(update),
    jobs.onDidChange(({ job, before }) => {
      const isSame =
        before?.state === job.state && before.order === job.order && before.elsewhere === job.elsewhere;
      if (!isSame) {
        update();
      }
    }),
  );
}
