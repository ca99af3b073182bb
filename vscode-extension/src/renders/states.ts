/** What can be done with a job in which state. */

import type { Job, JobState } from "../protocol.ts";

const ENDED: ReadonlySet<JobState> = new Set(["done", "failed", "cancelled", "interrupted"]);

export function hasEnded(job: Job): boolean {
  return ENDED.has(job.state);
}

export function isRunning(job: Job): boolean {
  return job.state === "rendering" || job.state === "assembling";
}

/** Whether the job is in work here, and would be lost if the daemon ended now. */
export function isActive(job: Job): boolean {
  return isUnfinished(job) && job.state !== "paused";
}

/** Whether the job can be cancelled from here. */
export function isUnfinished(job: Job): boolean {
  return !job.elsewhere && !hasEnded(job);
}

/** Whether the job waits for its turn, so that its place among the others matters. */
export function isWaiting(job: Job): boolean {
  return job.state === "queued" || job.state === "paused";
}

export function canPause(job: Job): boolean {
  return job.state === "queued" || job.state === "rendering";
}

export function canResume(job: Job): boolean {
  return job.state === "interrupted" || job.state === "paused";
}

export function canRetry(job: Job): boolean {
  return job.state === "failed" || job.state === "cancelled";
}

export function canRenderAgain(job: Job): boolean {
  return job.state === "done" || job.state === "cancelled";
}

/** Whether "Clear Finished" forgets it: what was interrupted can still go on. */
export function isCleared(job: Job): boolean {
  return !job.elsewhere && hasEnded(job) && job.state !== "interrupted";
}

/** The finished file, when there is one. */
export function outputOf(job: Job): string | undefined {
  return job.state === "done" ? (job.result?.output ?? job.output ?? undefined) : undefined;
}

/** The newest video of a composition among jobs that are listed newest first, and its file's name. */
export function lastOutput(
  jobs: readonly Job[],
  composition: string,
): { readonly job: Job; readonly name: string } | undefined {
  const job = jobs.find((each) => each.composition === composition && hasOutput(each));
  const name = job && outputOf(job)?.split(/[\\/]/).at(-1);
  return job && name ? { job, name } : undefined;
}

export function hasOutput(job: Job): boolean {
  return outputOf(job) !== undefined;
}
