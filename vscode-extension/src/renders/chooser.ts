/** Which jobs a command means: those of the rows that it was called for, or one of a list. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Job } from "../protocol.ts";
import type { Action } from "./actions.ts";
import type { JobList } from "./job_list.ts";
import { JobNode } from "./outline.ts";
import { jobDescription } from "./rows.ts";

/** The jobs that an action shall act on; none when there is none for it, or the person chose none. */
export async function chooseJobs(
  jobs: JobList,
  action: Action,
  node?: unknown,
  selected?: unknown,
): Promise<readonly Job[]> {
  const waiting = jobs.waiting();
  const called = node instanceof JobNode ? calledFor(node, selected) : undefined;
  const known = called?.flatMap(({ id }) => jobs.get(id) ?? []) ?? jobs.all();
  const candidates = known.filter((job) => action.applies(job, waiting));
  if (candidates.length === 0) {
    void vscode.window.showInformationMessage(action.none);
  }
  if (called || candidates.length < 2) {
    return candidates;
  }
  const items = candidates.map((job) => ({
    label: job.name,
    description: jobDescription(job, jobs.isCancelling(job.id)),
    detail: vscode.workspace.asRelativePath(job.output ?? job.composition),
    job,
  }));
  const options = { title: action.title, placeHolder: l10n.t("Choose a render"), matchOnDescription: true };
  const chosen = await vscode.window.showQuickPick(items, { ...options, matchOnDetail: true });
  return chosen ? [chosen.job] : [];
}

/** A row outside the selection stands for itself, as everywhere in VS Code. */
function calledFor(node: JobNode, selected: unknown): JobNode[] {
  const nodes = Array.isArray(selected) && selected.includes(node) ? selected : [node];
  return nodes.filter((each) => each instanceof JobNode);
}
