/** Wires the daemon, the view and the commands together. */

import "./language.ts";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { clearCache } from "./cache.ts";
import { CompositionList } from "./compositions/list.ts";
import { registerCompositions } from "./compositions/register.ts";
import { Daemon } from "./daemon.ts";
import { Messages } from "./messages.ts";
import { RenderCommands } from "./renders/commands.ts";
import { Jobs } from "./renders/jobs.ts";
import { registerRenders } from "./renders/register.ts";
import { Restarter } from "./restarter.ts";
import { registerSettings } from "./settings/commands.ts";
import { showSetting } from "./settings/show.ts";
import { PythonFinder } from "./setup/finder.ts";
import { registerSetUp } from "./setup/register.ts";
import { registerTools } from "./tools/register.ts";

let started: Daemon | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Helios", { log: true });
  const finder = new PythonFinder(context, log);
  const daemon = new Daemon(context.extensionPath, log, () => finder.findForDaemon());
  const compositions = new CompositionList(daemon);
  const jobs = new Jobs();
  const messages = new Messages(daemon, log);
  const commands = new RenderCommands(daemon, messages);
  const restarter = new Restarter(daemon, jobs, messages);
  const setUp = registerSetUp(context, daemon, finder, messages, restarter, log);
  started = daemon;
  let hasJournal = false;

  const start = async () => {
    if (vscode.workspace.isTrusted && daemon.state === "idle" && !(await daemon.start())) {
      await setUp.offer();
    }
  };

  context.subscriptions.push(
    log,
    registerCompositions(compositions, jobs, messages),
    registerRenders(daemon, jobs, messages, log),
    registerSettings(daemon, compositions, messages, commands),
    registerTools(daemon, jobs, compositions),
    daemon.onDidChangeJob((job) => jobs.update(job)),
    daemon.onDidRemoveJobs((ids) => jobs.remove(ids)),
    daemon.onDidEnd((end) => {
      const interrupted = jobs.active().map(({ name }) => name);
      jobs.interruptRunning();
      if (end === "gaveUp") {
        messages.crashedForGood();
      } else if (end === "crashed" && (interrupted.length > 0 || daemon.crashes === 1)) {
        messages.crashed(interrupted, hasJournal);
      }
    }),
    daemon.onDidChangeState(async (state) => {
      await vscode.commands.executeCommand("setContext", "helios.daemon", state);
      if (state === "ready") {
        const before = jobs.all();
        const known = await daemon.ask("helios/renders", {});
        hasJournal = known?.journal.state === "owned";
        if (known) {
          jobs.reconcile(known.jobs, before);
        }
        if (known?.journal.note) {
          messages.journal(known.journal);
        }
      }
    }),
    jobs.onDidChange((change) => commands.announce(change)),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("helios.python") && !setUp.isSwitching) {
        await pythonChanged(daemon, restarter);
      }
    }),
    vscode.commands.registerCommand("helios.renderComposition", (uri, uris) => commands.render(uri, uris)),
    vscode.commands.registerCommand("helios.openSetting", (key = "helios") => showSetting(key)),
    vscode.commands.registerCommand("helios.clearCache", () => clearCache(daemon, messages)),
    vscode.commands.registerCommand("helios.restartDaemon", () => restarter.restart()),
    vscode.commands.registerCommand("helios.showLog", () => log.show()),
  );
  void start();
}

export async function deactivate(): Promise<void> {
  await started?.stop();
}

/** A new Python is used at once, unless a render would be lost by it. */
async function pythonChanged(daemon: Daemon, restarter: Restarter): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    return;
  }
  if (restarter.endsRenders) {
    await restarter.restart(l10n.t("The setting {0} changed.", "helios.python"));
  } else {
    await daemon.restart();
  }
}
