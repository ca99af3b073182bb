/** What a person can do with compositions. Each command works from the view, a lens or the palette alike. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { isHere, openWithSystem } from "../external.ts";
import type { Messages } from "../messages.ts";
import { saveEdits } from "../saving.ts";
import { pageOf, pickComposition, pickCompositions } from "./pick.ts";

/** Renders the compositions that the person chooses. */
export async function renderCompositions(messages: Messages): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    messages.restrictedMode();
    return;
  }
  await renderAll((await pickCompositions()) ?? []);
}

/** Renders the rows that are selected, or the one that was pointed at beside them. */
export async function renderRows(row: unknown, selected: unknown): Promise<void> {
  await renderAll(pagesOf(row, selected));
}

async function renderAll(pages: readonly vscode.Uri[]): Promise<void> {
  if (pages.length > 0) {
    await vscode.commands.executeCommand("helios.renderComposition", pages[0], pages);
  }
}

/** Shows the page in the person's own browser, which reaches only the files of its own machine. */
export async function previewComposition(messages: Messages, element: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    messages.restrictedMode("preview");
    return;
  }
  const page = await pickComposition(element, l10n.t("Preview Composition"));
  if (!page) {
    return;
  }
  const name = path.basename(page.fsPath);
  if (!isHere()) {
    void vscode.window.showInformationMessage(
      l10n.t(
        "{0} is on another machine than your browser, so it cannot be previewed here. Render it to see it.",
        name,
      ),
    );
    return;
  }
  await saveEdits();
  if (!(await openWithSystem(page))) {
    void vscode.window.showErrorMessage(l10n.t("{0} was not opened in a browser.", name));
  }
}

export async function openComposition(element: unknown): Promise<void> {
  const page = pageOf(element);
  if (page) {
    await vscode.commands.executeCommand("vscode.open", page);
  }
}

export async function revealComposition(element: unknown): Promise<void> {
  const page = pageOf(element);
  if (page) {
    await vscode.commands.executeCommand("revealInExplorer", page);
  }
}

export async function copyCompositionPath(element: unknown, rows: unknown): Promise<void> {
  const pages = pagesOf(element, rows);
  if (pages.length > 0) {
    await vscode.env.clipboard.writeText(pages.map((page) => page.fsPath).join("\n"));
  }
}

function pagesOf(element: unknown, selected: unknown): vscode.Uri[] {
  return (Array.isArray(selected) ? selected : [element]).flatMap((each) => pageOf(each) ?? []);
}
