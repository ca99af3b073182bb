/** The entry of the status bar: there while something renders, a click on it leads to the view. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Jobs } from "./jobs.ts";
import { statusOf } from "./status.ts";

const REFRESH_MS = 500;

export class RenderStatus implements vscode.Disposable {
  readonly #jobs: Jobs;
  readonly #item = vscode.window.createStatusBarItem("renders", vscode.StatusBarAlignment.Left);
  readonly #disposables: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
    this.#item.name = "Helios Renders";
    this.#item.command = { command: "helios.renders.focus", title: l10n.t("Show Renders") };
    this.#disposables = [
      this.#item,
      jobs.onDidChange(({ job, before }) => {
        if (before?.state !== job.state) {
          this.#draw();
        } else {
          this.#timer ??= setTimeout(() => this.#draw(), REFRESH_MS);
        }
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const status = statusOf(this.#jobs.all());
    if (!status) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = status.tooltip;
    this.#item.accessibilityInformation = { label: status.spoken };
    this.#item.show();
  }
}
