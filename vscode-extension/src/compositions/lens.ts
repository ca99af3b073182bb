/** "Render | Preview" above a composition in the editor, and the video that was made of it last. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { isHere } from "../external.ts";
import type { Jobs } from "../renders/jobs.ts";
import { JobNode } from "../renders/outline.ts";
import { lastOutput } from "../renders/states.ts";
import { HELPED_DOCUMENTS } from "./documents.ts";
import type { CompositionList } from "./list.ts";

export class CompositionLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #list: CompositionList;
  readonly #jobs: Jobs;
  readonly #disposables: vscode.Disposable;

  constructor(list: CompositionList, jobs: Jobs) {
    this.#list = list;
    this.#jobs = jobs;
    const change = () => this.#changed.fire();
    this.#disposables = vscode.Disposable.from(
      this.#changed,
      list.onDidChange(change),
      jobs.onDidRemove(change),
      jobs.onDidChange(({ job, before }) => {
        if (job.state !== before?.state) {
          change();
        }
      }),
      vscode.languages.registerCodeLensProvider([...HELPED_DOCUMENTS], this),
    );
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const compositions = this.#list.about(document.uri);
    return compositions.flatMap(({ path: file, name }) => {
      const isOne = compositions.length === 1;
      const render = isOne ? l10n.t("Render") : l10n.t("Render {0}", name);
      const preview = isOne ? l10n.t("Preview") : l10n.t("Preview {0}", name);
      const made = lastOutput(this.#jobs.all(), file);
      return [
        lens("helios.renderComposition", render, vscode.Uri.file(file)),
        ...(isHere() ? [lens("helios.previewComposition", preview, vscode.Uri.file(file))] : []),
        ...(made ? [lens("helios.openOutput", l10n.t("Open {0}", made.name), new JobNode(made.job.id))] : []),
      ];
    });
  }
}

function lens(command: string, title: string, about: unknown): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { command, title, arguments: [about] });
}
