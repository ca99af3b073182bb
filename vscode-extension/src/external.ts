/** Opening a file with the program that the system has for it. */

import { pathToFileURL } from "node:url";
import * as vscode from "vscode";

/** Whether the person sits at the machine that has the files, so that its other programs can show them. */
export function isHere(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

/** Whether something opened it. */
export async function openWithSystem(uri: vscode.Uri): Promise<boolean> {
  // VS Code encodes the path of a Uri twice where it has a # or a ?, and passes text on as it is.
  const address: unknown = pathToFileURL(uri.fsPath).href;
  return await vscode.env.openExternal(address as vscode.Uri);
}
