/** Saves what is edited: pages are read from disk, and so are the files that they load. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";

/** Goes on with what is on disk where a file cannot be saved, and says so beside the editor's own message. */
export async function saveEdits(): Promise<void> {
  if (!(await vscode.workspace.saveAll(false))) {
    void vscode.window.showWarningMessage(
      l10n.t("Not every file was saved. What is on disk is used in place of the edits."),
    );
  }
}
