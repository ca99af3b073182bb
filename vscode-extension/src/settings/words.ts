/** Where a value comes from, as the display language says it. */

import * as l10n from "@vscode/l10n";
import type { Preset } from "./presets.ts";
import type { Scope, Source } from "./sources.ts";

export const NO_PRESET = l10n.t({ message: "none", comment: ["Preset"] });

const SOURCES: Record<Source, string> = {
  default: l10n.t("default"),
  preset: l10n.t("preset"),
  user: l10n.t("user"),
  workspace: l10n.t("workspace"),
  folder: l10n.t("folder"),
  chosen: l10n.t("for this render"),
};

const SETTINGS: Record<Scope, string> = {
  user: l10n.t("the user"),
  workspace: l10n.t("the workspace"),
  folder: l10n.t("the folder"),
};

export function sourceName(source: Source): string {
  return SOURCES[source];
}

export function originName(origin: Preset["origin"]): string {
  return origin === "built in" ? l10n.t("built in") : SOURCES[origin];
}

/** In which settings a value is set; empty for none. */
export function scopesText(scopes: readonly Scope[]): string {
  const [first = "", second = "", third = ""] = scopes.map((scope) => SETTINGS[scope]);
  switch (scopes.length) {
    case 0:
      return "";
    case 1:
      return l10n.t("Set in the settings of {0}.", first);
    case 2:
      return l10n.t("Set in the settings of {0} and {1}.", first, second);
    default:
      return l10n.t("Set in the settings of {0} and {1} and {2}.", first, second, third);
  }
}
