/** Everything about compositions: the view, the lenses and the commands. */

import * as vscode from "vscode";
import type { Messages } from "../messages.ts";
import type { Jobs } from "../renders/jobs.ts";
import {
  copyCompositionPath,
  openComposition,
  previewComposition,
  renderCompositions,
  renderRows,
  revealComposition,
} from "./commands.ts";
import { newComposition } from "./create.ts";
import { CompositionLenses } from "./lens.ts";
import type { CompositionList } from "./list.ts";
import { offerCompositions } from "./pick.ts";
import { CompositionsTree } from "./tree.ts";

export function registerCompositions(
  list: CompositionList,
  jobs: Jobs,
  messages: Messages,
): vscode.Disposable {
  offerCompositions(list);
  const register = vscode.commands.registerCommand;
  return vscode.Disposable.from(
    list,
    new CompositionsTree(list),
    new CompositionLenses(list, jobs),
    register("helios.renderCompositions", () => renderCompositions(messages)),
    register("helios.renderSelectedCompositions", (row, rows) => renderRows(row, rows)),
    register("helios.previewComposition", (element) => previewComposition(messages, element)),
    register("helios.openComposition", (element) => openComposition(element)),
    register("helios.revealComposition", (element) => revealComposition(element)),
    register("helios.copyCompositionPath", (element, rows) => copyCompositionPath(element, rows)),
    register("helios.newComposition", () => newComposition(list)),
    register("helios.refreshCompositions", () => list.refresh()),
  );
}
