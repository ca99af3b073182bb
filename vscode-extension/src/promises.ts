/** What promises lack: a limit, and an end that comes from outside. */

import * as l10n from "@vscode/l10n";

export class TooLate extends Error {}

/** What `answer` comes to; rejects with TooLate when that takes longer. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(l10n.t("no answer within {0} s", ms / 1000))), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What `answer` comes to; rejects with the signal's reason when the signal comes first. */
export async function unless<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  let listener = () => {};
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(signal.reason);
    signal.addEventListener("abort", listener);
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", listener);
  }
}

/** A promise, and what fulfils it; the editor's oldest Node has no `Promise.withResolvers`. */
export function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
