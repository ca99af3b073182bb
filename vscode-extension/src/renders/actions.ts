/** What a person can do with a job: one entry for each command, from which menus, palette and picks follow. */

import * as l10n from "@vscode/l10n";
import type { Job } from "../protocol.ts";
import {
  canPause,
  canRenderAgain,
  canResume,
  canRetry,
  hasEnded,
  hasOutput,
  isUnfinished,
} from "./states.ts";

export interface Action {
  readonly command: string;
  readonly title: string;
  /** Said when there is no job for it. */
  readonly none: string;
  /** In a row's context value, and the end of a context key, when the action applies. */
  readonly word: string;
  /** `waiting` are the jobs of the queue in their order. */
  applies(job: Job, waiting: readonly Job[]): boolean;
}

const always = () => true;

/** Another window's jobs are that window's to change. */
function own(applies: (job: Job) => boolean): (job: Job) => boolean {
  return (job) => !job.elsewhere && applies(job);
}

function hasPredecessor(job: Job, waiting: readonly Job[]): boolean {
  return waiting.findIndex(({ id }) => id === job.id) > 0;
}

function hasSuccessor(job: Job, waiting: readonly Job[]): boolean {
  const place = waiting.findIndex(({ id }) => id === job.id);
  return place >= 0 && place < waiting.length - 1;
}

export const ACTIONS = {
  cancel: {
    command: "helios.cancelRender",
    title: l10n.t("Cancel Render"),
    none: l10n.t("No render is running."),
    word: "cancellable",
    applies: isUnfinished,
  },
  pause: {
    command: "helios.pauseRender",
    title: l10n.t("Pause Render"),
    none: l10n.t("No render is waiting or running."),
    word: "pausable",
    applies: own(canPause),
  },
  resume: {
    command: "helios.resumeRender",
    title: l10n.t("Resume Render"),
    none: l10n.t("No render is paused or interrupted."),
    word: "resumable",
    applies: own(canResume),
  },
  retry: {
    command: "helios.retryRender",
    title: l10n.t("Retry Render"),
    none: l10n.t("No render has failed or was cancelled."),
    word: "retryable",
    applies: own(canRetry),
  },
  again: {
    command: "helios.renderAgain",
    title: l10n.t("Render Again"),
    none: l10n.t("No render is done or was cancelled."),
    word: "repeatable",
    applies: own(canRenderAgain),
  },
  open: {
    command: "helios.openOutput",
    title: l10n.t("Open Output"),
    none: l10n.t("No render has finished yet."),
    word: "output",
    applies: hasOutput,
  },
  openExternally: {
    command: "helios.openOutputExternally",
    title: l10n.t("Open Output Externally"),
    none: l10n.t("No render has finished yet."),
    word: "output",
    applies: hasOutput,
  },
  reveal: {
    command: "helios.revealOutput",
    title: l10n.t("Reveal Output"),
    none: l10n.t("No render has finished yet."),
    word: "output",
    applies: hasOutput,
  },
  copyPath: {
    command: "helios.copyOutputPath",
    title: l10n.t("Copy Output Path"),
    none: l10n.t("No render has finished yet."),
    word: "output",
    applies: hasOutput,
  },
  copyCommand: {
    command: "helios.copyRenderCommand",
    title: l10n.t("Copy Command Line"),
    none: l10n.t("There are no renders."),
    word: "own",
    applies: own(always),
  },
  showLog: {
    command: "helios.showRenderLog",
    title: l10n.t("Show Render Log"),
    none: l10n.t("There are no renders."),
    word: "job",
    applies: always,
  },
  moveToTop: {
    command: "helios.moveRenderToTop",
    title: l10n.t("Move to Top"),
    none: l10n.t("No render is waiting behind another one."),
    word: "movableUp",
    applies: hasPredecessor,
  },
  moveUp: {
    command: "helios.moveRenderUp",
    title: l10n.t("Move Up"),
    none: l10n.t("No render is waiting behind another one."),
    word: "movableUp",
    applies: hasPredecessor,
  },
  moveDown: {
    command: "helios.moveRenderDown",
    title: l10n.t("Move Down"),
    none: l10n.t("No render is waiting before another one."),
    word: "movableDown",
    applies: hasSuccessor,
  },
  remove: {
    command: "helios.removeRender",
    title: l10n.t("Remove from List"),
    none: l10n.t("No render is over."),
    word: "removable",
    applies: own(hasEnded),
  },
  removeWithFile: {
    command: "helios.removeRenderWithOutput",
    title: l10n.t("Remove from List and Delete Output"),
    none: l10n.t("No render has finished yet."),
    word: "deletable",
    applies: own(hasOutput),
  },
} as const satisfies Record<string, Action>;

const ALL: readonly Action[] = Object.values(ACTIONS);

/** Every word that an action has, once. */
export const WORDS: readonly string[] = [...new Set(ALL.map(({ word }) => word))];

/** What `when` clauses of menus ask a row for: its state, and a word for each thing that can be done. */
export function contextValue(job: Job, waiting: readonly Job[]): string {
  const words = ALL.filter((action) => action.applies(job, waiting)).map(({ word }) => word);
  return [...new Set(["job", job.state, ...words])].join(" ");
}
