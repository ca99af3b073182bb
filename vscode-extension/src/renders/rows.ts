/** What a job and a group look like in the view. */

import * as l10n from "@vscode/l10n";
import { frames } from "../plural.ts";
import type { Job, JobState } from "../protocol.ts";
import { contextValue } from "./actions.ts";
import { duration, fileSize, framesPerSecond, percent, roughly } from "./format.ts";
import type { Group, GroupKey } from "./groups.ts";
import type { Row } from "./row.ts";
import { hasEnded } from "./states.ts";
import { stateName } from "./words.ts";

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
  running: [l10n.t("Running"), "play", l10n.t("What is rendered now")],
  queued: [l10n.t("Queued"), "list-ordered", l10n.t("What waits, in the order of its turn")],
  finished: [l10n.t("Finished"), "checklist", l10n.t("What is over, newest first")],
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
  const words = cancelling && !hasEnded(job) ? l10n.t("cancelling…") : stateWords(job);
  return joined(words, job.elsewhere ? l10n.t("in another window") : "");
}

function stateWords(job: Job): string {
  const progress = job.progress;
  const at = progress && progress.percent >= 1 ? percent(progress.percent) : undefined;
  switch (job.state) {
    case "queued":
      return stateName(job.state);
    case "rendering":
      if (!progress || progress.framesDone === 0) {
        return progress?.waiting || l10n.t("starting…");
      }
      return joined(
        percent(progress.percent),
        progress.fps === null ? "" : framesPerSecond(progress.fps),
        progress.etaSeconds === null ? "" : l10n.t("{0} left", roughly(progress.etaSeconds)),
      );
    case "paused":
      if (job.error) {
        return l10n.t("paused: {0}", job.error.message);
      }
      return at ? l10n.t("paused at {0}", at) : stateName(job.state);
    case "assembling":
      return joined(percent(progress?.percent ?? 99), stateName(job.state));
    case "done":
      return job.result
        ? joined(
            l10n.t("{0} in {1}", frames(job.result.frames), duration(job.result.seconds)),
            fileSize(job.result.sizeBytes),
          )
        : stateName(job.state);
    case "failed":
      return at ? l10n.t("failed at {0}", at) : stateName(job.state);
    case "cancelled":
      return at ? l10n.t("cancelled at {0}", at) : stateName(job.state);
    case "interrupted":
      return progress?.framesTotal
        ? l10n.t("interrupted, {0} of {1}", progress.framesDone, frames(progress.framesTotal))
        : stateName(job.state);
  }
}

function joined(...words: readonly string[]): string {
  return words.filter(Boolean).join(" · ");
}
