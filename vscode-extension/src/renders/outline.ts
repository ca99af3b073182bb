/** What the view consists of and which part of it a change concerns; rows are made once for each job as it is. */

import type { Job } from "../protocol.ts";
import { childRows } from "./facts.ts";
import { type Group, groupOf, groups, matches } from "./groups.ts";
import type { JobChange, JobList } from "./job_list.ts";
import type { Row } from "./row.ts";
import { groupRow, jobRow } from "./rows.ts";

/** A job's place in the tree; the same object for the job's whole life, so that it can be refreshed alone. */
export class JobNode {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class GroupNode {
  readonly group: Group;

  constructor(group: Group) {
    this.group = group;
  }
}

export class FactNode {
  readonly row: Row;
  readonly job: JobNode;

  constructor(row: Row, job: JobNode) {
    this.row = row;
    this.job = job;
  }
}

export type Node = GroupNode | JobNode | FactNode;

/** Nothing, the rows of one job, or which jobs there are and where they stand. */
export type Affected = "nothing" | "everything" | JobNode;

interface KnownRow {
  readonly cancelling: boolean;
  readonly waiting: readonly Job[];
  readonly row: Row;
}

export class Outline {
  readonly #list: JobList;
  readonly #makeRow: typeof jobRow;
  readonly #nodes = new Map<string, JobNode>();
  readonly #rows = new WeakMap<Job, KnownRow>();
  readonly #facts = new WeakMap<Job, readonly FactNode[]>();
  #filter = "";
  #groups: readonly GroupNode[] | undefined;
  #waiting: readonly Job[] = [];

  constructor(list: JobList, makeRow: typeof jobRow = jobRow) {
    this.#list = list;
    this.#makeRow = makeRow;
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text.trim();
    this.#groups = undefined;
  }

  /** How many jobs the filter lets through. */
  get shown(): number {
    return this.#arranged().reduce((sum, { group }) => sum + group.jobs.length, 0);
  }

  children(node?: Node): readonly Node[] {
    if (node === undefined) {
      return this.#arranged();
    }
    if (node instanceof GroupNode) {
      return node.group.jobs.map((job) => this.#node(job.id));
    }
    const job = node instanceof JobNode ? this.#list.get(node.id) : undefined;
    return job ? this.#factsOf(job) : [];
  }

  /** Undefined for a job that is not known any more. */
  row(node: Node): Row | undefined {
    if (node instanceof GroupNode) {
      return groupRow(node.group);
    }
    if (node instanceof FactNode) {
      return node.row;
    }
    const job = this.#list.get(node.id);
    return job && this.#rowOf(job);
  }

  /** Which part has to be drawn anew. */
  changed({ job, before }: JobChange): Affected {
    const staysInPlace =
      before &&
      before.createdAt === job.createdAt &&
      before.elsewhere === job.elsewhere &&
      groupOf(before) === groupOf(job) &&
      matches(before, this.#filter) === matches(job, this.#filter) &&
      (groupOf(job) !== "queued" || before.order === job.order);
    if (!staysInPlace) {
      this.#groups = undefined;
      return "everything";
    }
    return matches(job, this.#filter) ? this.#node(job.id) : "nothing";
  }

  removed(ids: readonly string[]): void {
    for (const id of ids) {
      this.#nodes.delete(id);
    }
    this.#groups = undefined;
  }

  #arranged(): readonly GroupNode[] {
    if (!this.#groups) {
      this.#groups = groups(this.#list.all(), this.#filter).map((group) => new GroupNode(group));
      this.#waiting = this.#list.waiting();
    }
    return this.#groups;
  }

  #node(id: string): JobNode {
    let node = this.#nodes.get(id);
    if (!node) {
      node = new JobNode(id);
      this.#nodes.set(id, node);
    }
    return node;
  }

  #rowOf(job: Job): Row {
    const cancelling = this.#list.isCancelling(job.id);
    const waiting = groupOf(job) === "queued" ? this.#waiting : [];
    const known = this.#rows.get(job);
    if (known && known.cancelling === cancelling && (known.waiting === waiting || waiting.length === 0)) {
      return known.row;
    }
    const row = this.#makeRow(job, cancelling, waiting);
    this.#rows.set(job, { cancelling, waiting, row });
    return row;
  }

  #factsOf(job: Job): readonly FactNode[] {
    let facts = this.#facts.get(job);
    if (!facts) {
      facts = childRows(job).map((row) => new FactNode(row, this.#node(job.id)));
      this.#facts.set(job, facts);
    }
    return facts;
  }
}
