/** Whether the files at a job's output are still the job's, so that they may be deleted with it. */

import * as l10n from "@vscode/l10n";
import type { Job } from "../protocol.ts";
import { outputOf } from "./states.ts";

/** Why a file of this size at the job's output is not deleted with it; undefined when it may be. */
export function deletionProblem(job: Job, jobs: readonly Job[], sizeBytes: number): string | undefined {
  const output = outputOf(job);
  // A name becomes free when its file is moved away, and the next render takes it.
  const heir = jobs.find(
    (other) => other.id !== job.id && outputOf(other) === output && endOf(other) >= endOf(job),
  );
  if (heir) {
    return l10n.t("{0} is the video of a later render of {1} by now.", String(output), heir.name);
  }
  return sizeBytes === job.result?.sizeBytes
    ? undefined
    : l10n.t("{0} is not the file that this render made: its size is another one.", String(output));
}

/** The file of subtitles that goes with a job's video; none when it has this digest no more, or is another's too. */
export function sidecarOf(job: Job, jobs: readonly Job[], sha256: string): string | undefined {
  const sidecar = job.result?.sidecar ?? undefined;
  const isShared = jobs.some(
    (other) =>
      other.id !== job.id && other.result?.sidecar === sidecar && other.result?.output !== outputOf(job),
  );
  return isShared || sha256 !== job.result?.sidecarSha256 ? undefined : sidecar;
}

function endOf(job: Job): number {
  return job.finishedAt ?? job.createdAt;
}
