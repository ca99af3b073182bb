/** Removes what earlier renders have left for later ones. */

import * as vscode from "vscode";
import type { Daemon } from "./daemon.ts";
import type { Messages } from "./messages.ts";
import { fileSize } from "./renders/format.ts";
import { isStarted } from "./settings/ready.ts";

export async function clearCache(daemon: Daemon, messages: Messages): Promise<void> {
  if (!(await isStarted(daemon, messages))) {
    return;
  }
  try {
    const { usage } = await daemon.request("helios/cache", {});
    if (usage.entries === 0) {
      messages.info(`The cache is empty. It is in ${usage.folder}.`);
      return;
    }
    const size = fileSize(usage.sizeBytes);
    const detail = `It is in ${usage.folder}. Videos stay; the next render of each page takes its full time.`;
    const button = "Clear Cache";
    const answer = await vscode.window.showWarningMessage(
      `Clear the cache of ${size}?`,
      { modal: true, detail },
      button,
    );
    if (answer === button) {
      const cleared = await daemon.request("helios/cache/clear", {});
      messages.info(`Removed ${fileSize(cleared.usage.sizeBytes)} from the cache.`);
    }
  } catch (error) {
    messages.requestFailed("The cache", error, "was not cleared");
  }
}
