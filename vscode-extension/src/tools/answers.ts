/** What the tools say to a language model: JSON with the field's names, short and without guesses. */

import type { FoundComposition, Job } from "../protocol.ts";

/** The most renders that one answer tells about. */
export const MOST_RENDERS = 20;

/** One composition as a model needs it; what only the page itself can say is left out. */
export function compositionAnswer(composition: FoundComposition): Record<string, unknown> {
  const { path, name, size, fps, seconds, frames, problem } = composition;
  return known({
    composition: path,
    name,
    width: size?.width,
    height: size?.height,
    fps,
    seconds,
    frames,
    problem,
  });
}

/** One job as a model needs it. */
export function jobAnswer(job: Job): Record<string, unknown> {
  const { progress, result, error } = job;
  return known({
    id: job.id,
    name: job.name,
    composition: job.composition,
    state: job.state,
    workers: job.concurrency.effective,
    percent: progress && Math.floor(progress.percent),
    fps: progress?.fps,
    etaSeconds: progress?.etaSeconds,
    output: result?.output,
    frames: result?.frames,
    seconds: result?.seconds,
    sizeBytes: result?.sizeBytes,
    warnings: result?.warnings.length ? result.warnings : undefined,
    error: error?.message,
    advice: error?.advice || undefined,
  });
}

/** The newest of the jobs, and how many there are when that is not all. */
export function jobsAnswer(jobs: readonly Job[]): Record<string, unknown> {
  const shown = jobs.slice(0, MOST_RENDERS).map(jobAnswer);
  return known({ renders: shown, total: jobs.length > shown.length ? jobs.length : undefined });
}

function known(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  );
}
