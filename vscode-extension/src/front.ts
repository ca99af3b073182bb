/** The file that the person has in front. */

import * as vscode from "vscode";

const PAGE = /\.x?html?$/i;

/** The file of the tab in front: a tab is known a moment before the text in it is. */
export function fileInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  const uri = hasFile ? input.uri : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri : undefined;
}

/** The same where it is an HTML page, by its language, or by its name while its text is not known. */
export function pageInFront(): vscode.Uri | undefined {
  const uri = fileInFront();
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri?.toString());
  const isPage = document ? document.languageId === "html" : PAGE.test(uri?.path ?? "");
  return isPage ? uri : undefined;
}
