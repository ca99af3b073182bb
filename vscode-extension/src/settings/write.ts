/** Writes the settings. */

import * as vscode from "vscode";
import { type Inspection, type Scope, targetOf } from "./sources.ts";

const TARGETS: Record<Scope, vscode.ConfigurationTarget> = {
  user: vscode.ConfigurationTarget.Global,
  workspace: vscode.ConfigurationTarget.Workspace,
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
};

/** Sets one setting below `helios` at a scope; undefined takes it away. */
export async function writeSetting(
  key: string,
  value: unknown,
  scope: Scope,
  page: vscode.Uri | undefined,
): Promise<void> {
  await vscode.workspace.getConfiguration("helios", page).update(key, value, TARGETS[scope]);
}

/** Where a new value of a setting goes. */
export function scopeFor(setting: Inspection | undefined): Scope {
  return targetOf(setting ?? {}, (vscode.workspace.workspaceFolders ?? []).length > 0);
}
