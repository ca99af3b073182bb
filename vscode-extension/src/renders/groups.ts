/** Which jobs stand together in the view, in which order, and which of them a filter lets through. */

import type { Job } from "../protocol.ts";
import { hasEnded, isWaiting } from "./states.ts";
import { stateName } from "./words.ts";

export type GroupKey = "running" | "queued" | "finished";

export interface Group {
  readonly key: GroupKey;
  readonly jobs: readonly Job[];
}

const KEYS: readonly GroupKey[] = ["running", "queued", "finished"];

export function groupOf(job: Job): GroupKey {
  return hasEnded(job) ? "finished" : isWaiting(job) ? "queued" : "running";
}

/** The groups that have jobs: the queue in the order of turns, the others newest first. */
export function groups(jobs: readonly Job[], filter: string): Group[] {
  const shown = jobs.filter((job) => matches(job, filter));
  return KEYS.map((key) => {
    const members = shown.filter((job) => groupOf(job) === key);
    return { key, jobs: members.sort(key === "queued" ? byTurn : newestFirst) };
  }).filter((group) => group.jobs.length > 0);
}

/** This window's own queue in the order of turns. */
export function waitingJobs(jobs: readonly Job[]): Job[] {
  return jobs.filter((job) => isWaiting(job) && !job.elsewhere).sort(byTurn);
}

/** Whether all words of the filter are in the job's name, state or paths; case does not matter. */
export function matches(job: Job, filter: string): boolean {
  const words = [job.name, job.state, stateName(job.state), job.composition, job.output ?? ""];
  const text = words.join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function newestFirst(one: Job, other: Job): number {
  return other.createdAt - one.createdAt;
}

function byTurn(one: Job, other: Job): number {
  return one.order - other.order;
}
