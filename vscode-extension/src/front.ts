/** The file that the person has in front. */

import * as vscode from "vscode";

const PAGE_NAME = /\.x?html?$/i;

/** The file of the tab in front: a tab is known a moment before the text in it is. */
export function fileInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  const uri = hasFile ? input.uri : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri : undefined;
}

/** Acts when another file comes to the front, once however many ways the editor has to say so. */
export function onDidChangeFileInFront(act: () => void): vscode.Disposable {
  let before = fileInFront()?.toString();
  const look = () => {
    const now = fileInFront()?.toString();
    if (now !== before) {
      before = now;
      act();
    }
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.tabGroups.onDidChangeTabs(look),
    vscode.window.tabGroups.onDidChangeTabGroups(look),
  );
}

/** The file in front where it is an HTML page. */
export function pageInFront(): vscode.Uri | undefined {
  const uri = fileInFront();
  return uri && isPage(uri) ? uri : undefined;
}

/** By its name, or by the language of its text where that is open. */
export function isPage(uri: vscode.Uri): boolean {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  return PAGE_NAME.test(uri.path) || document?.languageId === "html";
}
