/** The Render Settings view: one row for each option, of which only those that changed are drawn again. */

import * as vscode from "vscode";
import type { CompositionList } from "../compositions/list.ts";
import type { Daemon } from "../daemon.ts";
import { fileInFront, onDidChangeFileInFront } from "../front.ts";
import type { CapacityResult } from "../protocol.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { optionProblems } from "./problems.ts";
import { readOptions } from "./read.ts";
import { type Row, settingRows, spoken } from "./rows.ts";
import { statedBy } from "./stated.ts";

export class SettingsTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<string>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #daemon: Daemon;
  readonly #compositions: CompositionList;
  readonly #disposables: vscode.Disposable[];
  #rows: ReadonlyMap<string, Row>;
  #capacity: CapacityResult | undefined;
  #problems: ReadonlyMap<string, string> = new Map();
  /** The options that the problems are about. */
  #judged: Current | undefined;
  #looks = 0;

  constructor(daemon: Daemon, compositions: CompositionList) {
    this.#daemon = daemon;
    this.#compositions = compositions;
    this.#rows = this.#read(readOptions(fileInFront()));
    const view = vscode.window.createTreeView("helios.settings", { treeDataProvider: this });
    const look = () => void this.#look();
    this.#disposables = [
      view,
      this.#changed,
      daemon.onDidChangeState(look),
      compositions.onDidChange(look),
      view.onDidChangeVisibility(look),
      onDidChangeFileInFront(look),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("helios.render") || event.affectsConfiguration("helios.presets")) {
          look();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  getChildren(id?: string): string[] {
    return id === undefined ? [...this.#rows.keys()] : [];
  }

  getTreeItem(id: string): vscode.TreeItem {
    const item = new vscode.TreeItem("");
    const row = this.#rows.get(id);
    if (row) {
      item.label = row.label;
      item.id = row.id;
      item.description = row.description;
      item.tooltip = new vscode.MarkdownString(row.tooltip);
      const color = row.icon === "error" ? new vscode.ThemeColor("list.errorForeground") : undefined;
      item.iconPath = new vscode.ThemeIcon(row.icon, color);
      item.contextValue = row.contextValue;
      item.accessibilityInformation = { label: spoken(row), role: "treeitem" };
      if (row.command) {
        item.command = { command: row.command, title: row.label, arguments: [id] };
      }
    }
    return item;
  }

  /** Shows the settings at once, and what the daemon says of them as soon as it does. */
  async #look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const current = readOptions(fileInFront());
    this.#show(current);
    if (this.#daemon.state !== "ready") {
      return;
    }
    const concurrency = current.values.get("concurrency")?.value;
    const problems = await optionProblems(this.#daemon, current);
    const capacity = problems.has("concurrency")
      ? undefined
      : await this.#daemon.ask("helios/capacity", { concurrency });
    if (look === this.#looks) {
      this.#problems = problems;
      this.#judged = current;
      this.#capacity = capacity;
      this.#show(current);
    }
  }

  #read(current: Current): ReadonlyMap<string, Row> {
    const judged = this.#judged;
    const standing = [...this.#problems].filter(([key]) => judged && hasSame(key, current, judged));
    const page = fileInFront();
    const [stated] = page ? this.#compositions.about(page) : [];
    const rows = settingRows(current, new Map(standing), this.#capacity, statedBy(stated));
    return new Map(rows.map((row) => [row.id, row]));
  }

  #show(current: Current): void {
    const before = this.#rows;
    this.#rows = this.#read(current);
    for (const [id, row] of this.#rows) {
      if (JSON.stringify(row) !== JSON.stringify(before.get(id))) {
        this.#changed.fire(id);
      }
    }
  }
}

function hasSame(key: string, one: Current, other: Current): boolean {
  const value = ({ values, presetName }: Current) =>
    key === PRESET_KEY ? presetName : values.get(key)?.value;
  return JSON.stringify(value(one)) === JSON.stringify(value(other));
}
