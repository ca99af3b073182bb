/** What the status bar says while something renders. */

import * as l10n from "@vscode/l10n";
import { renders as inWords } from "../plural.ts";
import type { Job } from "../protocol.ts";
import { percent } from "./format.ts";
import { jobDescription } from "./rows.ts";
import { isActive } from "./states.ts";

export interface Status {
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
}

/** Undefined when nothing renders or waits for its turn. */
export function statusOf(jobs: readonly Job[]): Status | undefined {
  const active = jobs.filter(isActive);
  if (active.length === 0) {
    return undefined;
  }
  const renders = inWords(active.length);
  const done = active.reduce((sum, job) => sum + (job.progress?.percent ?? 0), 0) / active.length;
  return {
    text: `$(loading~spin) ${renders} ${percent(done)}`,
    tooltip: active.map((job) => `${job.name}: ${jobDescription(job, false)}`).join("\n"),
    spoken: l10n.t("Helios: {0}, {1} percent done", renders, Math.floor(done)),
  };
}
