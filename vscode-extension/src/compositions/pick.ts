/** Which page a command means: the one it was called for, the one in the editor, or one of a list. */

import path from "node:path";
import * as vscode from "vscode";

const HTML = "**/*.{html,htm,HTML,HTM}";
const NOT_PAGES = "**/{node_modules,.venv,.git,dist,build}/**";
const MOST = 500;

/** The page to render, or undefined when the person chose none. */
export async function pickComposition(uri?: unknown): Promise<vscode.Uri | undefined> {
  if (uri instanceof vscode.Uri && uri.scheme === "file") {
    return uri;
  }
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === "html" && active.uri.scheme === "file") {
    return active.uri;
  }
  const pages = await vscode.workspace.findFiles(HTML, NOT_PAGES, MOST);
  if (pages.length === 0) {
    void vscode.window.showInformationMessage("There is no HTML page in the workspace to render.");
    return undefined;
  }
  const items = pages
    .map((page) => {
      const folder = path.dirname(vscode.workspace.asRelativePath(page));
      return { label: path.basename(page.fsPath), description: folder === "." ? "" : folder, page };
    })
    .sort((one, other) => one.page.fsPath.localeCompare(other.page.fsPath));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Render Composition",
    placeHolder: "Choose the page to render",
    matchOnDescription: true,
  });
  return chosen?.page;
}

/** `renders` in the page's workspace folder, or beside a page that is in none. */
export function rendersFolder(page: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(page)?.uri.fsPath ?? path.dirname(page.fsPath);
  return path.join(folder, "renders");
}
