/** The protocol's words for how far something is, as the display language says them. */

import * as l10n from "@vscode/l10n";
import type { JobState, Phase } from "../protocol.ts";

const STATES: Record<JobState, string> = {
  queued: l10n.t("queued"),
  rendering: l10n.t("rendering"),
  assembling: l10n.t("assembling"),
  paused: l10n.t("paused"),
  done: l10n.t("done"),
  failed: l10n.t("failed"),
  cancelled: l10n.t("cancelled"),
  interrupted: l10n.t("interrupted"),
};

const PHASES: Record<Phase, string> = {
  queued: l10n.t("queued"),
  starting: l10n.t("starting"),
  rendering: l10n.t("rendering"),
  assembling: l10n.t("assembling"),
  done: l10n.t("done"),
};

const WORKER_STATES: ReadonlyMap<string, string> = new Map([
  ["starting", l10n.t("starting")],
  ["idle", l10n.t("idle")],
  ["advancing", l10n.t("advancing")],
  ["capturing", l10n.t("capturing")],
]);

export function stateName(state: JobState): string {
  return STATES[state];
}

export function phaseName(phase: Phase): string {
  return PHASES[phase];
}

/** A state that is not known here is said as the daemon says it. */
export function workerState(state: string): string {
  return WORKER_STATES.get(state) ?? state;
}
