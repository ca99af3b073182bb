/** The list of jobs, with events for those who show it. */

import * as vscode from "vscode";
import type { Job } from "../protocol.ts";
import { type JobChange, JobList } from "./job_list.ts";

export class Jobs extends JobList {
  readonly #changed = new vscode.EventEmitter<JobChange>();
  readonly #removed = new vscode.EventEmitter<readonly string[]>();
  readonly onDidChange = this.#changed.event;
  readonly onDidRemove = this.#removed.event;

  update(job: Job): void {
    this.#tell(this.put(job));
  }

  setCancelling(id: string, cancelling: boolean): void {
    this.#tell(this.mark(id, cancelling));
  }

  /** Takes over the daemon's own list; see `replace`. */
  reconcile(listed: readonly Job[], before: readonly Job[]): void {
    const { changes, removed } = this.replace(listed, before);
    this.#tellRemoved(removed);
    for (const change of changes) {
      this.#changed.fire(change);
    }
  }

  /** Forgets jobs that are not known to the daemon any more. */
  remove(ids: readonly string[]): void {
    this.#tellRemoved(ids.filter((id) => this.drop(id)));
  }

  /** The daemon is gone, and every job of its own with it that was not at rest. */
  interruptRunning(): void {
    for (const job of this.active()) {
      this.update({ ...job, state: "interrupted", finishedAt: Date.now() / 1000 });
    }
  }

  #tellRemoved(ids: readonly string[]): void {
    if (ids.length > 0) {
      this.#removed.fire(ids);
    }
  }

  #tell(change: JobChange | undefined): void {
    if (change) {
      this.#changed.fire(change);
    }
  }
}
