/** The Renders view: draws the outline of the jobs, and only the part of it that a change concerns. */

import { performance } from "node:perf_hooks";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { renders } from "../plural.ts";
import { ACTIONS } from "./actions.ts";
import type { GroupKey } from "./groups.ts";
import type { JobChange } from "./job_list.ts";
import type { Jobs } from "./jobs.ts";
import { FactNode, GroupNode, JobNode, type Node, Outline } from "./outline.ts";
import { type Row, spoken } from "./row.ts";
import { isRunning } from "./states.ts";

const REFRESH_MS = 250;
const SPOKEN_GROUPS: Record<GroupKey, string> = {
  running: l10n.t("running"),
  queued: l10n.t("queued"),
  finished: l10n.t("finished"),
};

export class RendersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #drawn = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#drawn.event;
  readonly #jobs: Jobs;
  readonly #log: vscode.LogOutputChannel;
  readonly #outline: Outline;
  readonly #stale = new Set<JobNode>();
  readonly #disposables: vscode.Disposable[];
  readonly #view: vscode.TreeView<Node>;
  #timer: NodeJS.Timeout | undefined;
  #changes = 0;
  #busy = performance.eventLoopUtilization();

  constructor(jobs: Jobs, log: vscode.LogOutputChannel) {
    this.#jobs = jobs;
    this.#log = log;
    this.#outline = new Outline(jobs);
    this.#view = vscode.window.createTreeView("helios.renders", {
      treeDataProvider: this,
      canSelectMany: true,
    });
    this.#disposables = [
      this.#view,
      this.#drawn,
      jobs.onDidChange((change) => this.#onChange(change)),
      jobs.onDidRemove((ids) => {
        this.#outline.removed(ids);
        this.#drawEverything();
      }),
    ];
    // The window may have had another extension host with a filter before.
    void vscode.commands.executeCommand("setContext", "helios.isFiltered", false);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  get filter(): string {
    return this.#outline.filter;
  }

  /** Shows only what matches these words; all when there are none. */
  async setFilter(text: string): Promise<void> {
    this.#outline.filter = text;
    await vscode.commands.executeCommand("setContext", "helios.isFiltered", this.filter !== "");
    this.#drawEverything();
  }

  getChildren(node?: Node): Node[] {
    return [...this.#outline.children(node)];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const row = this.#outline.row(node);
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    if (!row) {
      return new vscode.TreeItem("");
    }
    if (node instanceof FactNode) {
      return treeItem(row, None, node);
    }
    const job = node instanceof JobNode ? this.#jobs.get(node.id) : undefined;
    return treeItem(row, job && !isRunning(job) ? Collapsed : Expanded, node);
  }

  /** New jobs and new states show at once, numbers a few times a second. */
  #onChange(change: JobChange): void {
    this.#changes += 1;
    const affected = this.#outline.changed(change);
    if (affected === "everything") {
      this.#drawEverything();
    } else if (affected !== "nothing") {
      this.#stale.add(affected);
      if (change.before?.state !== change.job.state) {
        this.#drawStale();
      } else {
        this.#timer ??= setTimeout(() => this.#drawStale(), REFRESH_MS);
      }
    }
    if (change.before?.state !== change.job.state) {
      this.#setBadge();
    }
  }

  #drawStale(): void {
    this.#report();
    this.#settle();
    for (const node of this.#stale) {
      this.#drawn.fire(node);
    }
    this.#stale.clear();
  }

  #drawEverything(): void {
    this.#report();
    this.#settle();
    this.#stale.clear();
    this.#setMessage();
    this.#drawn.fire(undefined);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #setMessage(): void {
    const { filter, shown } = this.#outline;
    const all = this.#jobs.all().length;
    this.#view.message = filter ? l10n.t("Filter “{0}”: {1} of {2}", filter, shown, renders(all)) : "";
  }

  #setBadge(): void {
    const running = this.#jobs.all().filter(isRunning).length;
    this.#view.badge =
      running > 0 ? { value: running, tooltip: l10n.t("{0} running", renders(running)) } : undefined;
  }

  /** Says at the level Debug what the last changes have cost: all that this process did meanwhile. */
  #report(): void {
    if (this.#log.logLevel > vscode.LogLevel.Debug || this.#changes === 0) {
      return;
    }
    const now = performance.eventLoopUtilization();
    const { active, idle } = performance.eventLoopUtilization(now, this.#busy);
    const took = `${active.toFixed(1)} of ${(active + idle).toFixed(0)} ms busy`;
    this.#log.debug(`Renders view: ${this.#changes} changes, extension host ${took}.`);
    this.#busy = now;
    this.#changes = 0;
  }
}

function treeItem(row: Row, state: vscode.TreeItemCollapsibleState, node: Node): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: node instanceof GroupNode ? spokenGroup(node) : spoken(row) };
  if (row.does && node instanceof FactNode) {
    const { command, title } = ACTIONS[row.does];
    item.command = { command, title, arguments: [node.job] };
  }
  return item;
}

function spokenGroup({ group }: GroupNode): string {
  return [SPOKEN_GROUPS[group.key], renders(group.jobs.length)].join(", ");
}
