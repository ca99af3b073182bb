/** Which page a command means. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { isPage, pageInFront } from "../front.ts";
import type { FoundComposition } from "../protocol.ts";
import { factsOf } from "./rows.ts";
import { CompositionElement } from "./tree.ts";

export const NO_PAGE = l10n.t("There is no HTML page in the workspace.");

const HTML = "**/*.{html,htm,xhtml,HTML,HTM,XHTML}";
const NOT_PAGES = "**/{node_modules,.venv,.git,dist,build}/**";
const MOST = 500;

interface PageItem extends vscode.QuickPickItem {
  readonly page?: vscode.Uri;
}

export interface CompositionItem extends vscode.QuickPickItem {
  readonly page: vscode.Uri;
}

let compositions: () => readonly FoundComposition[] = () => [];

/** Names the list whose compositions are offered before all other pages. */
export function offerCompositions(list: { all(): readonly FoundComposition[] }): void {
  compositions = () => list.all();
}

/** The page to work on, or undefined when the person chose none. */
export async function pickComposition(
  element?: unknown,
  title = l10n.t("Render Composition"),
): Promise<vscode.Uri | undefined> {
  const given = compositionOf(element);
  if (given) {
    return given;
  }
  const items = await pageItems();
  if (items.length === 0) {
    void vscode.window.showInformationMessage(NO_PAGE);
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick<PageItem>(items, {
    title,
    placeHolder: l10n.t("Choose the page"),
    matchOnDescription: true,
  });
  return chosen?.page;
}

/**
 * The page to work on, or all pages among the files that are selected, or none when the person chose none.
 *
 * The button on a row means that row alone, though the editor says which others are selected.
 */
export async function pickPages(element: unknown, selected: unknown): Promise<readonly vscode.Uri[]> {
  const isInView = element instanceof CompositionElement;
  const files = Array.isArray(selected) && !isInView ? selected.flatMap((each) => pageOf(each) ?? []) : [];
  if (files.length > 1) {
    const known = new Set(compositions().map((each) => each.path));
    return files.filter((file) => known.has(file.fsPath) || isPage(file));
  }
  const page = await pickComposition(element);
  return page ? [page] : [];
}

/** Several compositions of the list, or undefined when the person chose none. */
export async function pickCompositions(): Promise<readonly vscode.Uri[] | undefined> {
  const known = compositions();
  if (known.length === 0) {
    void vscode.window.showInformationMessage(l10n.t("There is no composition in the workspace."));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(knownItems(known), {
    title: l10n.t("Render Selected Compositions"),
    placeHolder: l10n.t("Choose the compositions to render"),
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen?.map(({ page }) => page);
}

/** The page that a command was called for, or the one in front. */
export function compositionOf(element?: unknown): vscode.Uri | undefined {
  return pageOf(element) ?? pageInFront();
}

/** The page that a row, an address or the text of one stands for. */
export function pageOf(element: unknown): vscode.Uri | undefined {
  if (element instanceof CompositionElement) {
    return element.uri;
  }
  const uri = typeof element === "string" ? vscode.Uri.parse(element) : element;
  return uri instanceof vscode.Uri && uri.scheme === "file" ? uri : undefined;
}

/** The compositions and then all other pages. */
export async function compositionItems(): Promise<CompositionItem[]> {
  const known = compositions();
  return [...knownItems(known), ...(await otherPages(known))];
}

/** The same with a line between the two. */
async function pageItems(): Promise<PageItem[]> {
  const known = compositions();
  const others = await otherPages(known);
  const separator = { label: l10n.t("Other pages"), kind: vscode.QuickPickItemKind.Separator };
  return [...knownItems(known), ...(known.length > 0 && others.length > 0 ? [separator] : []), ...others];
}

function knownItems(known: readonly FoundComposition[]): CompositionItem[] {
  return known.map((composition) => {
    const page = vscode.Uri.file(composition.path);
    const description = [vscode.workspace.asRelativePath(page), ...factsOf(composition)].join(" · ");
    return { label: composition.name, description, page };
  });
}

async function otherPages(known: readonly FoundComposition[]): Promise<CompositionItem[]> {
  const listed = new Set(known.map(({ path: file }) => file));
  const pages = await vscode.workspace.findFiles(HTML, NOT_PAGES, MOST);
  return pages
    .filter((page) => !listed.has(page.fsPath))
    .sort((one, other) => one.fsPath.localeCompare(other.fsPath))
    .map((page) => {
      const folder = path.dirname(vscode.workspace.asRelativePath(page));
      return { label: path.basename(page.fsPath), description: folder === "." ? "" : folder, page };
    });
}
