/** The settings that say where compositions are, read for the folders of the workspace. */

import * as l10n from "@vscode/l10n";
import type { SearchFolder } from "../protocol.ts";

export const GLOB_SETTINGS = ["include", "exclude"] as const;
export type GlobSetting = (typeof GLOB_SETTINGS)[number];

/** A folder to search, and what is wrong with its settings. */
export interface Search {
  readonly folder: SearchFolder;
  readonly problems: readonly string[];
}

/** What the settings of a folder ask for; a value that is no list of texts counts as an empty list. */
export function searchOf(folder: string, read: (name: GlobSetting) => unknown): Search {
  const values = GLOB_SETTINGS.map((name) => ({ name, value: read(name) }));
  const [include = [], exclude = []] = values.map(({ value }) => (isGlobs(value) ? value : []));
  return {
    folder: { path: folder, include, exclude },
    problems: values
      .filter(({ value }) => !isGlobs(value))
      .map(({ name }) =>
        l10n.t(
          "The setting {0} must be a list of globs, such as {1}.",
          `helios.compositions.${name}`,
          '"**/*.html"',
        ),
      ),
  };
}

function isGlobs(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
