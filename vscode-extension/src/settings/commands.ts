/** The Render Settings view and the commands that go with it. */

import * as vscode from "vscode";
import type { CompositionList } from "../compositions/list.ts";
import { compositionOf } from "../compositions/pick.ts";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import type { RenderCommands } from "../renders/commands.ts";
import { SettingChanges } from "./change.ts";
import { exportPlan } from "./exportPlan.ts";
import { choosePreset, savePreset } from "./presetCommands.ts";
import { isStarted } from "./ready.ts";
import { askForOptions } from "./renderWithOptions.ts";
import { SettingsTree } from "./tree.ts";

export function registerSettings(
  daemon: Daemon,
  compositions: CompositionList,
  messages: Messages,
  renders: RenderCommands,
): vscode.Disposable {
  const changes = new SettingChanges(daemon, messages);
  const renderWithOptions = async (uri?: unknown) => {
    if (await isStarted(daemon, messages)) {
      const chosen = await askForOptions(daemon, messages, compositionOf(uri));
      if (chosen) {
        await renders.start(chosen.page, chosen.options);
      }
    }
  };
  const on = vscode.commands.registerCommand;
  return vscode.Disposable.from(
    new SettingsTree(daemon, compositions),
    on("helios.changeSetting", (row) => changes.change(row)),
    on("helios.resetSetting", (row) => changes.reset(row)),
    on("helios.setConcurrency", () => changes.change("concurrency")),
    on("helios.choosePreset", () => choosePreset(messages)),
    on("helios.savePreset", () => savePreset(messages)),
    on("helios.renderWithOptions", renderWithOptions),
    on("helios.exportPlan", (uri) => exportPlan(daemon, messages, uri)),
  );
}
