/** Wires the daemon, the view and the commands together. */

import * as vscode from "vscode";
import { Daemon } from "./daemon.ts";
import { Messages } from "./messages.ts";
import { RenderCommands } from "./renders/commands.ts";
import { Jobs } from "./renders/jobs.ts";
import { RendersTree } from "./renders/tree.ts";
import { setConcurrency } from "./settings/concurrency.ts";
import { showSetting } from "./settings/show.ts";
import { SettingsTree } from "./settings/tree.ts";

let started: Daemon | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Helios", { log: true });
  const daemon = new Daemon(context.extensionPath, log);
  const jobs = new Jobs();
  const messages = new Messages(daemon, log);
  const commands = new RenderCommands(daemon, jobs, messages);
  started = daemon;

  const start = async () => {
    if (vscode.workspace.isTrusted && daemon.state === "idle") {
      await daemon.start();
    }
  };
  const restart = async () => {
    if (!vscode.workspace.isTrusted) {
      messages.restrictedMode();
    } else if (!(await daemon.restart())) {
      messages.notStarted();
    }
  };

  context.subscriptions.push(
    log,
    new RendersTree(jobs),
    new SettingsTree(daemon),
    daemon.onDidChangeJob((job) => jobs.update(job)),
    daemon.onDidEnd((end) => {
      jobs.interruptRunning();
      if (end === "gaveUp") {
        messages.crashedForGood();
      }
    }),
    daemon.onDidChangeState(async (state) => {
      await vscode.commands.executeCommand("setContext", "helios.daemon", state);
      if (state === "ready") {
        const known = await daemon.ask("helios/renders", {});
        known?.jobs.forEach((job) => {
          jobs.update(job);
        });
        if (known?.journal.note) {
          messages.journal(known.journal.note);
        }
      }
    }),
    jobs.onDidChange((change) => commands.announce(change)),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("helios.python")) {
        await pythonChanged(daemon, jobs, restart);
      }
    }),
    vscode.commands.registerCommand("helios.renderComposition", (uri) => commands.render(uri)),
    vscode.commands.registerCommand("helios.cancelRender", (element) => commands.cancel(element)),
    vscode.commands.registerCommand("helios.pauseRender", (element) => commands.pause(element)),
    vscode.commands.registerCommand("helios.moveRenderToTop", (element) => commands.moveToTop(element)),
    vscode.commands.registerCommand("helios.resumeRender", (element) => commands.resume(element)),
    vscode.commands.registerCommand("helios.retryRender", (element) => commands.retry(element)),
    vscode.commands.registerCommand("helios.removeRender", (element) => commands.remove(element)),
    vscode.commands.registerCommand("helios.openOutput", (element) => commands.openOutput(element)),
    vscode.commands.registerCommand("helios.setConcurrency", () => setConcurrency(daemon)),
    vscode.commands.registerCommand("helios.openSetting", (key = "helios") => showSetting(key)),
    vscode.commands.registerCommand("helios.restartDaemon", restart),
    vscode.commands.registerCommand("helios.showLog", () => log.show()),
  );
  void start();
}

export async function deactivate(): Promise<void> {
  await started?.stop();
}

/** A new Python is used at once, unless a render would be lost by it. */
async function pythonChanged(daemon: Daemon, jobs: Jobs, restart: () => Promise<void>): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    return;
  }
  if (jobs.active().length === 0) {
    await daemon.restart();
    return;
  }
  const answer = await vscode.window.showWarningMessage(
    "The setting helios.python changed. Restarting the daemon ends the renders that are running.",
    "Restart Daemon",
  );
  if (answer) {
    await restart();
  }
}
