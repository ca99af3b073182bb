/** Numbers of things in words, with a whole message for one and another for several. */

import * as l10n from "@vscode/l10n";

export function compositions(count: number): string {
  return count === 1 ? l10n.t("{0} composition", count) : l10n.t("{0} compositions", count);
}

export function cores(count: number): string {
  return count === 1 ? l10n.t("{0} core", count) : l10n.t("{0} cores", count);
}

export function frames(count: number): string {
  return count === 1 ? l10n.t("{0} frame", count) : l10n.t("{0} frames", count);
}

export function renders(count: number): string {
  return count === 1 ? l10n.t("{0} render", count) : l10n.t("{0} renders", count);
}

export function workers(count: number): string {
  return count === 1 ? l10n.t("{0} worker", count) : l10n.t("{0} workers", count);
}

/** All of the words, joined as a sentence joins them. */
export function together(words: readonly string[]): string {
  const [first = "", second, ...others] = words;
  if (second === undefined) {
    return first;
  }
  const last = others.at(-1);
  return last === undefined
    ? l10n.t("{0} and {1}", first, second)
    : l10n.t("{0}, and {1}", words.slice(0, -1).join(", "), last);
}
