/** What a composition looks like in the view and in a quick pick, as plain data. */

import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { FoundComposition, FoundFolder } from "../protocol.ts";
import { inSeconds, rate, roughly, spokenRate } from "../renders/format.ts";

export interface CompositionRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly icon: string;
}

/** The row of a composition; one of several with the same name says its folder. */
export function compositionRow(
  composition: FoundComposition,
  folder: string,
  isAlone: boolean,
): CompositionRow {
  const place = path.dirname(path.relative(folder, composition.path));
  const where = isAlone || place === "." ? "" : place;
  const facts = factsOf(composition);
  const unknown = unknownOf(composition);
  const lines = [
    composition.path,
    facts.join(", "),
    unknown.length > 0 ? l10n.t("Known once it is rendered: {0}.", unknown.join(", ")) : "",
    composition.problem ?? "",
  ];
  const spoken = [composition.name, ...spokenFacts(composition), where, composition.problem ?? ""];
  return {
    id: composition.path,
    label: composition.name,
    description: [facts.join(", "), composition.problem ? l10n.t("cannot be rendered") : "", where]
      .filter(Boolean)
      .join(" · "),
    tooltip: lines.filter(Boolean).join("\n"),
    spoken: spoken.filter(Boolean).join(", "),
    icon: composition.problem ? "warning" : "browser",
  };
}

/** The rows of a folder, in the order of their paths. */
export function compositionRows(folder: FoundFolder): CompositionRow[] {
  const names = folder.compositions.map(({ name }) => name);
  return folder.compositions.map((composition) => {
    const isAlone = names.filter((name) => name === composition.name).length === 1;
    return compositionRow(composition, folder.path, isAlone);
  });
}

/** `1920x1080`, `30 fps`, `10 s`, as far as the files say so. */
export function factsOf({ size, fps, seconds }: FoundComposition): string[] {
  return [
    size ? `${size.width}x${size.height}` : "",
    fps === null ? "" : rate(rounded(fps, 3)),
    seconds === null ? "" : length(seconds),
  ].filter(Boolean);
}

function unknownOf({ size, fps, seconds }: FoundComposition): string[] {
  return [
    size ? "" : l10n.t("size"),
    fps === null ? l10n.t("frame rate") : "",
    seconds === null ? l10n.t("length") : "",
  ].filter(Boolean);
}

function spokenFacts({ size, fps, seconds }: FoundComposition): string[] {
  return [
    size ? l10n.t("{0} by {1}", size.width, size.height) : "",
    fps === null ? "" : spokenRate(rounded(fps, 3)),
    seconds === null ? "" : length(seconds),
  ];
}

function length(seconds: number): string {
  return seconds < 60 ? inSeconds(rounded(seconds, 2)) : roughly(seconds);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
