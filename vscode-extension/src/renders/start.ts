/** Asks the daemon for a render. */

import type * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { StartRenderResult } from "../protocol.ts";
import { saveEdits } from "../saving.ts";
import type { Current } from "../settings/current.ts";
import { renderParams } from "../settings/read.ts";

/** Saves what is edited and asks; rejects with the daemon's own error when the request is refused. */
export async function startRender(
  daemon: Daemon,
  page: vscode.Uri,
  options: Current,
): Promise<StartRenderResult> {
  await saveEdits();
  return await daemon.request("helios/render/start", renderParams(page, options));
}
