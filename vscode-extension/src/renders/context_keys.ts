/** What the palette and the menus of the view need to know: which actions have a job to act on. */

import type { Job } from "../protocol.ts";
import { ACTIONS, type Action, WORDS } from "./actions.ts";
import { waitingJobs } from "./groups.ts";
import { isCleared, isUnfinished } from "./states.ts";

export type ContextKeys = Readonly<Record<string, boolean>>;

/** `helios.has.cancellable` and so on for the word of each action, and two for the list as a whole. */
export function contextKeys(jobs: readonly Job[]): ContextKeys {
  const waiting = waitingJobs(jobs);
  const isPossible = (word: string) =>
    Object.values<Action>(ACTIONS).some(
      (action) => action.word === word && jobs.some((job) => action.applies(job, waiting)),
    );
  return {
    "helios.hasRunning": jobs.some(isUnfinished),
    "helios.hasFinished": jobs.some(isCleared),
    ...Object.fromEntries(WORDS.map((word) => [`helios.has.${word}`, isPossible(word)])),
  };
}

/** Those keys whose values are new. */
export function changedKeys(before: ContextKeys, now: ContextKeys): [key: string, value: boolean][] {
  return Object.entries(now).filter(([key, value]) => before[key] !== value);
}
