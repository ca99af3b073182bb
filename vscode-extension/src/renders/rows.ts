/** What a job and a group look like in the view. */

import type { Job, JobState } from "../protocol.ts";
import { contextValue } from "./actions.ts";
import { count, duration, fileSize, framesPerSecond, percent, roughly } from "./format.ts";
import type { Group, GroupKey } from "./groups.ts";
import type { Row } from "./row.ts";
import { hasEnded } from "./states.ts";

const ICONS: Record<JobState, readonly [icon: string, color?: string]> = {
  queued: ["clock"],
  rendering: ["loading~spin"],
  assembling: ["loading~spin"],
  paused: ["debug-pause"],
  done: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  cancelled: ["circle-slash"],
  interrupted: ["debug-disconnect", "list.warningForeground"],
};

const GROUPS: Record<GroupKey, readonly [label: string, icon: string, tooltip: string]> = {
  running: ["Running", "play", "What is rendered now"],
  queued: ["Queued", "list-ordered", "What waits, in the order of its turn"],
  finished: ["Finished", "checklist", "What is over, newest first"],
};

/** A job's row; `waiting` are the jobs of the queue in their order. */
export function jobRow(job: Job, cancelling: boolean, waiting: readonly Job[] = []): Row {
  const [icon, color] = ICONS[job.state];
  const description = jobDescription(job, cancelling);
  return {
    id: job.id,
    label: job.name,
    description,
    tooltip: [job.composition, description, job.error?.advice].filter(Boolean).join("\n"),
    icon,
    ...(color ? { color } : {}),
    contextValue: contextValue(job, waiting),
  };
}

export function groupRow({ key, jobs }: Group): Row {
  const [label, icon, tooltip] = GROUPS[key];
  return {
    id: `group/${key}`,
    label,
    description: `${jobs.length}`,
    tooltip,
    icon,
    contextValue: `group ${key}`,
  };
}

/** What a row says beside the job's name. */
export function jobDescription(job: Job, cancelling: boolean): string {
  const words = cancelling && !hasEnded(job) ? "cancelling…" : stateWords(job);
  return joined(words, job.elsewhere ? "in another window" : "");
}

function stateWords(job: Job): string {
  const progress = job.progress;
  const at = progress && progress.percent >= 1 ? ` at ${percent(progress.percent)}` : "";
  switch (job.state) {
    case "queued":
      return "queued";
    case "rendering":
      if (!progress || progress.framesDone === 0) {
        return progress?.waiting || "starting…";
      }
      return joined(
        percent(progress.percent),
        progress.fps === null ? "" : framesPerSecond(progress.fps),
        progress.etaSeconds === null ? "" : `${roughly(progress.etaSeconds)} left`,
      );
    case "paused":
      return job.error ? `paused: ${job.error.message}` : `paused${at}`;
    case "assembling":
      return `${percent(progress?.percent ?? 99)} · assembling`;
    case "done":
      return job.result
        ? joined(
            `${count(job.result.frames, "frame")} in ${duration(job.result.seconds)}`,
            fileSize(job.result.sizeBytes),
          )
        : "done";
    case "failed":
      return `failed${at}`;
    case "cancelled":
      return `cancelled${at}`;
    case "interrupted":
      return progress?.framesTotal
        ? `interrupted, ${progress.framesDone} of ${count(progress.framesTotal, "frame")}`
        : "interrupted";
  }
}

function joined(...words: readonly string[]): string {
  return words.filter(Boolean).join(" · ");
}
