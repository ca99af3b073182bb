/** Takes the messages of the display language; imported before every module that makes one. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";

if (vscode.l10n.bundle) {
  l10n.config({ contents: vscode.l10n.bundle });
}
