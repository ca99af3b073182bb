/** The log of one render as a document that cannot be changed. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import { messageOf } from "../errors.ts";
import type { Job } from "../protocol.ts";
import type { Jobs } from "./jobs.ts";
import { commandLine } from "./output_commands.ts";
import { jobReport } from "./report.ts";

const SCHEME = "helios-render";

export class RenderLogs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #daemon: Daemon;
  readonly #jobs: Jobs;
  readonly #disposables: vscode.Disposable[];

  constructor(daemon: Daemon, jobs: Jobs) {
    this.#daemon = daemon;
    this.#jobs = jobs;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      jobs.onDidChange(({ job, before }) => {
        if (before?.state !== job.state) {
          this.#changed.fire(documentOf(job));
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async show(job: Job): Promise<void> {
    this.#changed.fire(documentOf(job));
    const document = await vscode.workspace.openTextDocument(documentOf(job));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const job = this.#jobs.get(uri.query);
    if (!job) {
      return `${l10n.t("This render is not in the list any more.")}\n`;
    }
    const known = await this.#daemon.ask("helios/render/log", { jobId: job.id });
    const command = await commandLine(this.#daemon, job).catch(whyNot);
    return jobReport(job, command, known?.lines ?? []);
  }
}

function whyNot(error: unknown): string {
  return l10n.t("Not known: {0}", messageOf(error));
}

function documentOf({ id, name }: Job): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name} (${id}).md`, query: id });
}
