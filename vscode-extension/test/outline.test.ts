import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Job, RenderProgress } from "../src/protocol.ts";
import { JobList } from "../src/renders/job_list.ts";
import { FactNode, GroupNode, JobNode, type Node, Outline } from "../src/renders/outline.ts";
import { jobRow } from "../src/renders/rows.ts";
import { job, PROGRESS, RESULT } from "./jobs.ts";

const FINISHED = 200;
const RUNNING = 4;
const UPDATES = 1000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A list with many jobs, the view's outline of it, and which rows it has made since. */
function crowd(): { list: JobList; outline: Outline; made: string[] } {
  const list = new JobList();
  const made: string[] = [];
  const outline = new Outline(list, (...given) => {
    made.push(given[0].id);
    return jobRow(...given);
  });
  for (let index = 0; index < FINISHED; index += 1) {
    list.put(job("done", { id: `done${index}`, createdAt: index, result: RESULT }));
  }
  for (let index = 0; index < RUNNING; index += 1) {
    list.put(running(index, 0));
  }
  return { list, outline, made };
}

function running(index: number, framesDone: number, more: Partial<Job> = {}): Job {
  const workers = PROGRESS.workers.map((worker) => ({ ...worker, frame: framesDone }));
  const progress: RenderProgress = { ...PROGRESS, framesDone, percent: framesDone / 10, workers };
  return job("rendering", { id: `running${index}`, createdAt: 1000 + index, progress, ...more });
}

/** Does what VS Code does with an open tree: asks for every row of that part. */
function draw(outline: Outline, node?: Node): number {
  const rows = node === undefined ? 0 : Number(outline.row(node) !== undefined);
  return outline.children(node).reduce((sum, child) => {
    const isOpen = !(child instanceof FactNode);
    return sum + (isOpen ? draw(outline, child) : Number(outline.row(child) !== undefined));
  }, rows);
}

function change(list: JobList, outline: Outline, changed: Job): Node | "everything" | "nothing" {
  const told = list.put(changed);
  assert.ok(told);
  return outline.changed(told);
}

test("progress concerns the row of its job alone", () => {
  const { list, outline, made } = crowd();
  draw(outline);
  assert.equal(made.length, FINISHED + RUNNING);
  made.length = 0;
  const node = change(list, outline, running(2, 5));
  assert.ok(node instanceof JobNode);
  draw(outline, node);
  assert.deepEqual(made, ["running2"]);
});

test("a new state rearranges the groups, and only its own row is made anew", () => {
  const { list, outline, made } = crowd();
  draw(outline);
  made.length = 0;
  const done = job("done", { id: "running1", createdAt: 1001, result: RESULT });
  assert.equal(change(list, outline, done), "everything");
  draw(outline);
  assert.deepEqual(made, ["running1"]);
  const labels = outline.children().map((node) => outline.row(node)?.description);
  assert.deepEqual(labels, [`${RUNNING - 1}`, `${FINISHED + 1}`]);
});

test("a job that comes over from another window takes its place in the queue", () => {
  const list = new JobList();
  const outline = new Outline(list);
  list.put(job("queued", { id: "own", order: 1 }));
  list.put(job("paused", { id: "theirs", order: 2, elsewhere: true }));
  const own = () => outline.row(outline.children(outline.children()[0])[0] as Node)?.contextValue;
  assert.equal(own(), "job queued cancellable pausable own");
  assert.equal(change(list, outline, job("paused", { id: "theirs", order: 2 })), "everything");
  assert.equal(own(), "job queued cancellable pausable own movableDown");
});

test("a move in the queue shows at once, with the right ways to move on", () => {
  const list = new JobList();
  const outline = new Outline(list);
  for (const [id, order] of Object.entries({ a: 1, b: 2, c: 3 })) {
    list.put(job("queued", { id, order }));
  }
  const order = () =>
    outline
      .children(outline.children()[0])
      .map((node) => [outline.row(node)?.id, outline.row(node)?.contextValue.match(/movable\w+/g)?.length]);
  assert.deepEqual(order(), [
    ["a", 1],
    ["b", 2],
    ["c", 1],
  ]);
  assert.equal(change(list, outline, job("queued", { id: "c", order: 0 })), "everything");
  assert.deepEqual(order(), [
    ["c", 1],
    ["a", 2],
    ["b", 1],
  ]);
});

test("what the filter hides is not drawn, and comes back with it", () => {
  const { list, outline } = crowd();
  outline.filter = " done ";
  assert.deepEqual(
    outline.children().map((node) => node instanceof GroupNode && node.group.key),
    ["finished"],
  );
  assert.equal(outline.shown, FINISHED);
  assert.equal(change(list, outline, running(0, 9)), "nothing");
  const done = job("done", { id: "running0", createdAt: 1000, result: RESULT });
  assert.equal(change(list, outline, done), "everything");
  assert.equal(outline.shown, FINISHED + 1);
  outline.filter = "";
  assert.equal(outline.shown, FINISHED + RUNNING);
});

test("a job that is gone has no row, and a new one with its id is another node", () => {
  const { list, outline } = crowd();
  const node = outline.children(outline.children()[0])[0];
  assert.ok(node instanceof JobNode);
  assert.ok(list.drop(node.id));
  outline.removed([node.id]);
  assert.equal(outline.row(node), undefined);
  assert.deepEqual(outline.children(node), []);
  assert.equal(outline.shown, FINISHED + RUNNING - 1);
});

test("what an attempt says that is over changes nothing", () => {
  const list = new JobList();
  list.put(job("cancelled", { attempt: 2 }));
  assert.equal(list.put(job("rendering", { attempt: 2 })), undefined);
  assert.equal(list.put(job("rendering", { attempt: 1 })), undefined);
  assert.equal(list.put(job("queued", { attempt: 3 }))?.before?.state, "cancelled");
});

test("among 204 jobs a change costs little, and 1000 changes leave no memory behind", () => {
  const { list, outline, made } = crowd();
  draw(outline);
  const apply = (update: number) => {
    const node = change(list, outline, running(update % RUNNING, update));
    assert.ok(node instanceof JobNode);
    draw(outline, node);
  };
  for (let update = 1; update <= UPDATES; update += 1) {
    apply(update);
  }
  made.length = 0;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const times: number[] = [];
  for (let update = 1; update <= UPDATES; update += 1) {
    const at = performance.now();
    apply(UPDATES + update);
    times.push(performance.now() - at);
  }
  assert.equal(made.length, UPDATES);
  made.length = 0;
  collectGarbage();
  const growth = process.memoryUsage().heapUsed - before;
  times.sort((one, other) => one - other);
  const mean = times.reduce((sum, time) => sum + time) / UPDATES;
  // The slowest of all says how long another process had the core.
  const slow = times[Math.floor(UPDATES * 0.99)] ?? 0;
  assert.ok(mean < 1, `a change took ${mean} ms`);
  assert.ok(slow < 50, `one change in a hundred took ${slow} ms`);
  assert.ok(growth < 500_000, `${growth} bytes more after ${UPDATES} changes`);

  const wholes = [0, 1, 2].map((index) => {
    const at = performance.now();
    const done = job("done", { id: `running${index}`, createdAt: 1000 + index, result: RESULT });
    assert.equal(change(list, outline, done), "everything");
    draw(outline);
    return performance.now() - at;
  });
  const whole = Math.min(...wholes);
  assert.ok(whole < 50, `the whole view took ${whole} ms`);
});
