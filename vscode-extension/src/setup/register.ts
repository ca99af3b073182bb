/** The commands that make a machine ready and say how it is. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import type { Restarter } from "../restarter.ts";
import { Doctor } from "./doctor.ts";
import type { PythonFinder } from "./finder.ts";
import { SetUp } from "./setUp.ts";

export function registerSetUp(
  context: vscode.ExtensionContext,
  daemon: Daemon,
  finder: PythonFinder,
  messages: Messages,
  restarter: Restarter,
  log: vscode.LogOutputChannel,
): SetUp {
  const setUp = new SetUp(daemon, finder, messages, restarter, log, context.globalState);
  const doctor = new Doctor(daemon, finder, context.extension.packageJSON.version as string);
  const whenTrusted = (command: () => Promise<void>) => async () => {
    if (vscode.workspace.isTrusted) {
      await command();
    } else {
      messages.restrictedMode();
    }
  };
  context.subscriptions.push(
    setUp,
    doctor,
    vscode.commands.registerCommand("helios.setUp", () => setUp.setUp()),
    vscode.commands.registerCommand("helios.setUpPrograms", () => setUp.setUpPrograms()),
    vscode.commands.registerCommand("helios.choosePython", () => setUp.choosePython()),
    vscode.commands.registerCommand(
      "helios.doctor",
      whenTrusted(() => doctor.examine()),
    ),
  );
  return setUp;
}
