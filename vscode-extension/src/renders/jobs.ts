/** The jobs that this window knows, kept up to date by the daemon. */

import * as vscode from "vscode";
import type { Job } from "../protocol.ts";
import { hasEnded } from "./rows.ts";

export interface JobChange {
  readonly job: Job;
  /** The job as it was; undefined when it is new here. */
  readonly before: Job | undefined;
}

export class Jobs {
  readonly #changed = new vscode.EventEmitter<JobChange>();
  readonly #removed = new vscode.EventEmitter<string>();
  readonly onDidChange = this.#changed.event;
  readonly onDidRemove = this.#removed.event;
  readonly #byId = new Map<string, Job>();
  readonly #cancelling = new Set<string>();

  /** Newest first. */
  all(): Job[] {
    return [...this.#byId.values()].sort((one, other) => other.createdAt - one.createdAt);
  }

  get(id: string): Job | undefined {
    return this.#byId.get(id);
  }

  running(): Job[] {
    return this.all().filter((job) => !hasEnded(job));
  }

  /** Those that would lose something if the daemon ended now. */
  active(): Job[] {
    return this.running().filter(({ state }) => state !== "paused");
  }

  isCancelling(id: string): boolean {
    return this.#cancelling.has(id);
  }

  update(job: Job): void {
    const before = this.#byId.get(job.id);
    if (before && (job.attempt < before.attempt || (job.attempt === before.attempt && isLate(job, before)))) {
      return;
    }
    this.#byId.set(job.id, job);
    if (hasEnded(job)) {
      this.#cancelling.delete(job.id);
    }
    this.#changed.fire({ job, before });
  }

  /** Forgets a job that is over. */
  remove(id: string): void {
    if (this.#byId.delete(id)) {
      this.#removed.fire(id);
    }
  }

  setCancelling(id: string, cancelling: boolean): void {
    const job = this.#byId.get(id);
    if (!job) {
      return;
    }
    if (cancelling) {
      this.#cancelling.add(id);
    } else {
      this.#cancelling.delete(id);
    }
    this.#changed.fire({ job, before: job });
  }

  /** The daemon is gone, and every job with it that was not at rest. */
  interruptRunning(): void {
    for (const job of this.active()) {
      this.update({ ...job, state: "interrupted", finishedAt: Date.now() / 1000 });
    }
  }
}

/** Whether this is a message about an attempt that is over. */
function isLate(job: Job, before: Job): boolean {
  return hasEnded(before) && !hasEnded(job);
}
