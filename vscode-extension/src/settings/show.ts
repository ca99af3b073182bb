/** Opens the settings editor where a setting has its value. */

import * as vscode from "vscode";

/**
 * Shows one setting among those of the workspace when it is set there, else of the machine or the user.
 *
 * A window on another machine has no programs among the user's settings, only among that machine's.
 */
export async function showSetting(key: string): Promise<void> {
  const values = vscode.workspace.getConfiguration().inspect(key);
  const inWorkspace = values?.workspaceValue !== undefined || values?.workspaceFolderValue !== undefined;
  const query = `@id:${key}`;
  if (inWorkspace) {
    await vscode.commands.executeCommand("workbench.action.openWorkspaceSettings", { query });
  } else if (vscode.env.remoteName) {
    await vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query });
  } else {
    await vscode.commands.executeCommand("workbench.action.openSettings", { query });
  }
}
