/** The Renders view: jobs newest first, what their workers do, and the facts of what came out. */

import * as vscode from "vscode";
import type { Job } from "../protocol.ts";
import { count } from "./format.ts";
import type { JobChange, Jobs } from "./jobs.ts";
import { childRows, hasEnded, jobRow, type Row, spoken } from "./rows.ts";

/** A job's place in the tree; the same object for the job's whole life, so that it can be refreshed alone. */
export class JobElement {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

type Element = JobElement | Row;

const REFRESH_MS = 250;

export class RendersTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<JobElement | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #jobs: Jobs;
  readonly #elements = new Map<string, JobElement>();
  readonly #stale = new Set<string>();
  readonly #disposables: vscode.Disposable[];
  readonly #view: vscode.TreeView<Element>;
  #timer: NodeJS.Timeout | undefined;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
    this.#view = vscode.window.createTreeView("helios.renders", { treeDataProvider: this });
    this.#disposables = [
      this.#view,
      this.#changed,
      jobs.onDidChange((change) => this.#onChange(change)),
      jobs.onDidRemove((id) => {
        this.#elements.delete(id);
        this.#changed.fire(undefined);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  getChildren(element?: Element): Element[] {
    if (element === undefined) {
      return this.#jobs.all().map((job) => this.#element(job));
    }
    const job = this.#jobs.get(element.id);
    return job ? childRows(job) : [];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (!(element instanceof JobElement)) {
      return treeItem(element, vscode.TreeItemCollapsibleState.None);
    }
    const job = this.#jobs.get(element.id);
    if (!job) {
      return new vscode.TreeItem("");
    }
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    return treeItem(jobRow(job, this.#jobs.isCancelling(job.id)), hasEnded(job) ? Collapsed : Expanded);
  }

  #element(job: Job): JobElement {
    let element = this.#elements.get(job.id);
    if (!element) {
      element = new JobElement(job.id);
      this.#elements.set(job.id, element);
    }
    return element;
  }

  /** New jobs and new states show at once, numbers a few times a second. */
  #onChange({ job, before }: JobChange): void {
    if (!before) {
      this.#changed.fire(undefined);
    } else {
      this.#stale.add(job.id);
      if (before.state !== job.state) {
        this.#flush();
      } else {
        this.#timer ??= setTimeout(() => this.#flush(), REFRESH_MS);
      }
    }
    if (before?.state !== job.state) {
      this.#setBadge();
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const id of this.#stale) {
      this.#changed.fire(this.#elements.get(id));
    }
    this.#stale.clear();
  }

  #setBadge(): void {
    const running = this.#jobs.active().length;
    this.#view.badge =
      running > 0 ? { value: running, tooltip: `${count(running, "render")} running` } : undefined;
  }
}

function treeItem(row: Row, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: spoken(row) };
  if (row.opens) {
    item.command = {
      command: "vscode.open",
      title: "Open Output",
      arguments: [vscode.Uri.file(row.opens)],
    };
  }
  return item;
}
