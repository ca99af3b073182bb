/** Makes a first composition, in a new file of a folder that the person names. */

import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { CompositionList } from "./list.ts";
import { FIRST_COMPOSITION } from "./template.ts";

const PAGE = "composition.html";

/** Asks for a folder, writes the page and opens it; a file that is there already stays as it is. */
export async function newComposition(list: CompositionList): Promise<void> {
  const workspace = await workspaceFolder();
  if (!workspace) {
    return;
  }
  const root = workspace.uri.fsPath;
  const name = await vscode.window.showInputBox({
    title: l10n.t("Create Composition"),
    prompt: l10n.t("The folder for the composition, in {0}. It gets a page named {1}.", workspace.name, PAGE),
    value: await freeName(root),
    validateInput: (text) => whyNot(root, text),
  });
  if (name === undefined) {
    return;
  }
  const page = path.join(root, name.trim(), PAGE);
  try {
    await mkdir(path.dirname(page), { recursive: true });
    await writeFile(page, FIRST_COMPOSITION, { flag: "wx" });
  } catch (error) {
    void vscode.window.showErrorMessage(l10n.t("The composition was not made. {0}", String(error)));
    return;
  }
  // Not left to the watcher, which may have only just begun to look.
  await Promise.all([list.refresh(), vscode.window.showTextDocument(vscode.Uri.file(page))]);
}

async function workspaceFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) {
    if (folders.length === 0) {
      void vscode.window.showInformationMessage(
        l10n.t("Open a folder first. The composition is made in it."),
      );
    }
    return folders[0];
  }
  return await vscode.window.showWorkspaceFolderPick({
    placeHolder: l10n.t("Choose where the composition goes"),
  });
}

async function freeName(root: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? "first" : `first-${number}`;
    if (!(await exists(path.join(root, name, PAGE)))) {
      return name;
    }
  }
}

async function whyNot(root: string, text: string): Promise<string | undefined> {
  const name = text.trim();
  const page = path.join(root, name, PAGE);
  if (name === "" || path.isAbsolute(name) || path.relative(root, page).startsWith("..")) {
    return l10n.t("Give the name of a folder in the workspace, such as {0}.", "intro");
  }
  return (await exists(page)) ? l10n.t("{0} has a {1} already. Give another name.", name, PAGE) : undefined;
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
