/** The Compositions view: what can be rendered, by folder when the workspace has several. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { compositions as inWords } from "../plural.ts";
import type { FoundFolder } from "../protocol.ts";
import type { CompositionList } from "./list.ts";
import { type CompositionRow, compositionRows } from "./rows.ts";

/** A composition's place in the tree; the same object as long as the composition is there. */
export class CompositionElement {
  readonly uri: vscode.Uri;

  constructor(file: string) {
    this.uri = vscode.Uri.file(file);
  }
}

interface FolderElement {
  readonly folder: string;
}

interface ProblemElement {
  readonly problem: string;
  readonly folder: string;
}

type Element = CompositionElement | FolderElement | ProblemElement;

export class CompositionsTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Element | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #list: CompositionList;
  readonly #disposables: vscode.Disposable[];
  readonly #elements = new Map<string, CompositionElement>();
  #rows = new Map<string, CompositionRow>();
  #shape = "";

  constructor(list: CompositionList) {
    this.#list = list;
    const options = { treeDataProvider: this, canSelectMany: true, showCollapseAll: false };
    this.#disposables = [
      vscode.window.createTreeView("helios.compositions", options),
      this.#changed,
      list.onDidChange(() => this.#update()),
    ];
    this.#update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  getChildren(element?: Element): Element[] {
    const shown = this.#list.folders.filter((each) => each.compositions.length + each.problems.length > 0);
    if (element === undefined) {
      return this.#list.folders.length > 1
        ? shown.map(({ path: folder }) => ({ folder }))
        : shown.flatMap((folder) => this.#childrenOf(folder));
    }
    const folder = "folder" in element && shown.find((each) => each.path === element.folder);
    return folder ? this.#childrenOf(folder) : [];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (element instanceof CompositionElement) {
      return this.#compositionItem(element);
    }
    return "problem" in element ? problemItem(element) : this.#folderItem(element);
  }

  #childrenOf(folder: FoundFolder): Element[] {
    const problems = folder.problems.map((problem) => ({ problem, folder: folder.path }));
    return [...problems, ...folder.compositions.map((each) => this.#element(each.path))];
  }

  #element(file: string): CompositionElement {
    let element = this.#elements.get(file);
    if (!element) {
      element = new CompositionElement(file);
      this.#elements.set(file, element);
    }
    return element;
  }

  #compositionItem(element: CompositionElement): vscode.TreeItem {
    const row = this.#rows.get(element.uri.fsPath);
    const item = new vscode.TreeItem(row?.label ?? "");
    if (row) {
      item.id = row.id;
      item.description = row.description;
      item.tooltip = row.tooltip;
      item.resourceUri = element.uri;
      item.iconPath = new vscode.ThemeIcon(row.icon);
      item.contextValue = "composition";
      item.accessibilityInformation = { label: row.spoken };
      item.command = { command: "vscode.open", title: l10n.t("Open"), arguments: [element.uri] };
    }
    return item;
  }

  #folderItem({ folder }: FolderElement): vscode.TreeItem {
    const uri = vscode.Uri.file(folder);
    const name = vscode.workspace.getWorkspaceFolder(uri)?.name ?? path.basename(folder);
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
    const found = this.#list.folders.find((each) => each.path === folder)?.compositions.length ?? 0;
    item.id = `folder:${folder}`;
    item.description = found > 0 ? inWords(found) : "";
    item.tooltip = folder;
    item.iconPath = new vscode.ThemeIcon("folder");
    item.contextValue = "folder";
    item.accessibilityInformation = { label: [name, item.description].filter(Boolean).join(", ") };
    return item;
  }

  /** Refreshes the rows whose words changed, or all when rows came or went. */
  #update(): void {
    const folders = this.#list.folders;
    const before = this.#rows;
    this.#rows = new Map(folders.flatMap(compositionRows).map((row) => [row.id, row]));
    for (const file of this.#elements.keys()) {
      if (!this.#rows.has(file)) {
        this.#elements.delete(file);
      }
    }
    const shape = JSON.stringify([
      folders.map((each) => [each.path, each.problems, each.compositions.map((one) => one.path)]),
    ]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#changed.fire(undefined);
      return;
    }
    for (const [file, row] of this.#rows) {
      if (JSON.stringify(row) !== JSON.stringify(before.get(file))) {
        this.#changed.fire(this.#element(file));
      }
    }
  }
}

function problemItem({ problem, folder }: ProblemElement): vscode.TreeItem {
  const item = new vscode.TreeItem(problem);
  item.id = `problem:${folder}:${problem}`;
  item.tooltip = problem;
  item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  item.contextValue = "problem";
  return item;
}
