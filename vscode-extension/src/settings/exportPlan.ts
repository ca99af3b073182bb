/** Shows the plan of a render as JSON, without rendering. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { pickComposition } from "../compositions/pick.ts";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import type { PlanResult } from "../protocol.ts";
import { saveEdits } from "../saving.ts";
import { readOptions, renderParams } from "./read.ts";
import { isReady } from "./ready.ts";

export async function exportPlan(daemon: Daemon, messages: Messages, uri?: unknown): Promise<void> {
  const page = await pickComposition(uri);
  if (!page) {
    return;
  }
  const options = readOptions(page);
  await saveEdits();
  if (!(await isReady(daemon, messages, options))) {
    return;
  }
  const name = path.basename(page.fsPath);
  const plan = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t("Planning {0}", name),
      cancellable: true,
    },
    async (_, token): Promise<PlanResult["plan"] | undefined> => {
      try {
        return (await daemon.request("helios/plan", renderParams(page, options), token)).plan;
      } catch (error) {
        if (!token.isCancellationRequested) {
          messages.requestFailed(l10n.t("{0} was not planned.", name), error);
        }
        return undefined;
      }
    },
  );
  if (plan) {
    const content = `${JSON.stringify(plan, undefined, 2)}\n`;
    const document = await vscode.workspace.openTextDocument({ language: "json", content });
    await vscode.window.showTextDocument(document);
  }
}
