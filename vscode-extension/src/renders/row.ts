/** One row of the view as plain data. */

import { spokenUnits } from "./format.ts";

export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly color?: string;
  readonly contextValue: string;
  /** The action of its job that a click on the row does. */
  readonly does?: "open" | "showLog";
}

/** What a screen reader says for a row. */
export function spoken(row: Row): string {
  return [row.label, ...spokenParts(row.description)].filter(Boolean).join(", ");
}

/** The parts of a description, with the signs in words. */
export function spokenParts(description: string): string[] {
  return spokenUnits(description).split(" · ");
}
