/** The Settings view: how many workers a render gets, and how many this machine carries. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { CapacityResult } from "../protocol.ts";
import { CONCURRENCY_TITLE, MAX_CONCURRENCY, pageInFront, readConcurrency } from "./read.ts";

type Element = "concurrency";

export class SettingsTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #daemon: Daemon;
  readonly #disposables: vscode.Disposable[];
  #capacity: CapacityResult | undefined;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    const view = vscode.window.createTreeView("helios.settings", { treeDataProvider: this });
    this.#disposables = [
      view,
      this.#changed,
      daemon.onDidChangeState(() => this.#measure()),
      view.onDidChangeVisibility(() => this.#measure()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("helios.render")) {
          this.#changed.fire();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  getChildren(element?: Element): Element[] {
    return element === undefined ? ["concurrency"] : [];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    const { description, tooltip, valid } = this.#words();
    const item = new vscode.TreeItem(CONCURRENCY_TITLE);
    item.id = element;
    item.description = description;
    item.tooltip = new vscode.MarkdownString(tooltip);
    item.iconPath = new vscode.ThemeIcon(valid ? "server-process" : "error");
    item.contextValue = element;
    item.command = { command: "helios.setConcurrency", title: "Set Concurrency (Workers)" };
    item.accessibilityInformation = { label: `${CONCURRENCY_TITLE}, ${description}`, role: "treeitem" };
    return item;
  }

  #words(): { description: string; tooltip: string; valid: boolean } {
    const setting = readConcurrency(pageInFront());
    if ("invalid" in setting) {
      const description = `${setting.invalid}, not 1 to ${MAX_CONCURRENCY}`;
      return {
        description,
        tooltip: `The setting must be a whole number from 1 to ${MAX_CONCURRENCY}.`,
        valid: false,
      };
    }
    const lines = ["How many worker processes share one render. Click to change it."];
    let description = `${setting.workers}`;
    if (this.#capacity) {
      const { concurrency, bounds } = this.#capacity;
      if (setting.workers > concurrency.effective) {
        description = `${setting.workers} · ${concurrency.effective} here`;
      }
      lines.push(
        `This machine carries ${concurrency.effective} now:`,
        bounds.map(({ workers, detail }) => `- ${workers}: ${detail}`).join("\n"),
      );
    }
    return { description, tooltip: lines.join("\n\n"), valid: true };
  }

  async #measure(): Promise<void> {
    const capacity = await this.#daemon.ask("helios/capacity", {});
    if (capacity) {
      this.#capacity = capacity;
      this.#changed.fire();
    }
  }
}
