/** What an option of a render is, as a row of a table. */

import * as l10n from "@vscode/l10n";
import type { StartRenderParams } from "../protocol.ts";

export interface Choice {
  readonly value: unknown;
  readonly label: string;
  readonly detail?: string;
}

/** What a value is in the settings; `concurrency` is a whole number or "auto". */
export type Kind = "integer" | "number" | "text" | "json" | "concurrency" | "word";

export interface Option {
  /** `helios.render.<key>` */
  readonly key: string;
  readonly param: keyof StartRenderParams;
  readonly title: string;
  readonly icon: string;
  readonly prompt: string;
  readonly kind: Kind;
  /** The values to choose from; a `word` has no others. */
  readonly choices?: readonly Choice[];
  /** What is not set means this. */
  readonly unset?: string;
  /** A value with its unit. */
  readonly withUnit?: (value: string) => string;
  readonly isInPresets?: true;
  /** Of whole numbers, from the best to the worst. */
  readonly bounds?: { readonly best: number; readonly worst: number };
}

export const ON_OFF: readonly Choice[] = [
  { value: true, label: l10n.t("On") },
  { value: false, label: l10n.t("Off") },
];

export const AS_THE_FORMAT_SAYS = l10n.t("as the format says");
export const AS_THE_COMPOSITION_SAYS = l10n.t("as the composition says");

export function isUnset(value: unknown): boolean {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === "" || value === null || value === undefined || isEmpty;
}
