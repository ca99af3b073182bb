/** Removes what earlier renders have left for later ones. */

import * as l10n from "@vscode/l10n";
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
      messages.info(l10n.t("The cache is empty. It is in {0}.", usage.folder));
      return;
    }
    const size = fileSize(usage.sizeBytes);
    const detail = l10n.t(
      "It is in {0}. Videos stay; the next render of each page takes its full time.",
      usage.folder,
    );
    const button = l10n.t("Clear Cache");
    const answer = await vscode.window.showWarningMessage(
      l10n.t("Clear the cache of {0}?", size),
      { modal: true, detail },
      button,
    );
    if (answer === button) {
      const cleared = await daemon.request("helios/cache/clear", {});
      messages.info(l10n.t("Removed {0} from the cache.", fileSize(cleared.usage.sizeBytes)));
    }
  } catch (error) {
    messages.requestFailed(l10n.t("The cache was not cleared."), error);
  }
}
