/** The jobs that a window knows: what the daemon tells of them, in whatever order it arrives. */

import type { Job } from "../protocol.ts";
import { newestFirst, waitingJobs } from "./groups.ts";
import { hasEnded, isActive } from "./states.ts";

export interface JobChange {
  readonly job: Job;
  /** The job as it was; undefined when it is new here. */
  readonly before: Job | undefined;
}

export class JobList {
  readonly #byId = new Map<string, Job>();
  readonly #cancelling = new Set<string>();

  /** Newest first. */
  all(): Job[] {
    return [...this.#byId.values()].sort(newestFirst);
  }

  get(id: string): Job | undefined {
    return this.#byId.get(id);
  }

  /** The queue in the order of turns. */
  waiting(): Job[] {
    return waitingJobs([...this.#byId.values()]);
  }

  /** Those that would lose something if the daemon ended now. */
  active(): Job[] {
    return this.all().filter(isActive);
  }

  isCancelling(id: string): boolean {
    return this.#cancelling.has(id);
  }

  /** Takes in what the daemon said of a job; undefined when it is about an attempt that is over. */
  put(job: Job): JobChange | undefined {
    const before = this.#byId.get(job.id);
    if (before && (job.attempt < before.attempt || (job.attempt === before.attempt && isLate(job, before)))) {
      return undefined;
    }
    return this.#set(job, before);
  }

  /**
   * Takes over the daemon's own list, where nothing newer was told since it was asked for; `before` are the
   * jobs as they were then.
   */
  replace(
    listed: readonly Job[],
    before: readonly Job[],
  ): { readonly changes: readonly JobChange[]; readonly removed: readonly string[] } {
    const untouched = before.filter((job) => this.#byId.get(job.id) === job);
    const ids = new Set(listed.map(({ id }) => id));
    const removed = untouched.map(({ id }) => id).filter((id) => !ids.has(id));
    for (const id of removed) {
      this.drop(id);
    }
    const open = new Map(untouched.map((job) => [job.id, job]));
    const changes = listed.flatMap((job) => {
      const known = open.get(job.id);
      return (known ? this.#set(job, known) : this.put(job)) ?? [];
    });
    return { changes, removed };
  }

  /** Whether the job was there to be forgotten. */
  drop(id: string): boolean {
    this.#cancelling.delete(id);
    return this.#byId.delete(id);
  }

  mark(id: string, cancelling: boolean): JobChange | undefined {
    const job = this.#byId.get(id);
    if (!job) {
      return undefined;
    }
    if (cancelling) {
      this.#cancelling.add(id);
    } else {
      this.#cancelling.delete(id);
    }
    return { job, before: job };
  }

  #set(job: Job, before: Job | undefined): JobChange {
    this.#byId.set(job.id, job);
    if (hasEnded(job)) {
      this.#cancelling.delete(job.id);
    }
    return { job, before };
  }
}

function isLate(job: Job, before: Job): boolean {
  return hasEnded(before) && !hasEnded(job);
}
