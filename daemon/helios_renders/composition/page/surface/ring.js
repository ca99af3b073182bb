// The page's end of the ring or the upload: hands pictures to its worker, at most two ahead of it.
const MAX_AHEAD = 2;
let ring;

/** Starts the worker of one transport, in place of an earlier one; answers why it cannot, or null. */
function openRing(given, workerSource) {
  ring?.worker.terminate();
  const opened = { worker: null, sequence: 0, ahead: 0, failed: null, wake: null };
  return new Promise((resolve) => {
    // The browser's own: the clock lets no worker of the page be without its knowledge.
    const { Worker = window.Worker } = window.__heliosClock ?? {};
    const worker = new Worker(URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" })));
    opened.worker = worker;
    ring = opened;
    const fail = (reason) => {
      opened.failed = reason;
      resolve(reason);
      opened.wake?.();
    };
    worker.onmessage = ({ data }) => {
      if (data.opened) resolve(null);
      if (data.failed) fail(data.failed);
      if (data.written !== undefined) opened.ahead--;
      opened.wake?.();
    };
    // Without a message, a policy of the page keeps the worker from running.
    worker.onerror = (event) => fail(event.message ?? "the page allows no worker");
    worker.postMessage({ given });
  });
}

/** Hands over a whole picture (a VideoFrame), or the patches in which it differs from the one before. */
async function putPicture(frame, picture, until) {
  while (ring.ahead >= MAX_AHEAD && !ring.failed) await new Promise((resolve) => (ring.wake = resolve));
  if (ring.failed) throw new Error(`the ring took no frame: ${ring.failed}`);
  ring.ahead++;
  const sequence = until === "transport" ? ring.sequence++ : ring.sequence;
  const things = Array.isArray(picture) ? picture.map(({ pixels }) => pixels) : [picture];
  ring.worker.postMessage({ sequence, frame, picture, format: "BGRX", until }, things);
}

async function ringDrained() {
  while (ring.ahead > 0 && !ring.failed) await new Promise((resolve) => (ring.wake = resolve));
  if (ring.failed) throw new Error(`the ring took no frame: ${ring.failed}`);
}

const NOTHING = { stalled: null, errors: [], warnings: [], foreign: 0 };

/**
 * Makes frames, unless they are made, and hands each one over, until an error of the page or a stall.
 * `isRight` is asked at the end whether the last picture is what it should be.
 */
function runFrames(clock, paint, options, isRight = () => true) {
  const work = () => makeFrames(clock, paint, options, isRight);
  return options.made ? work() : unseen(clock, work);
}

async function makeFrames(clock, paint, options, isRight) {
  const { first, last, numerator, denominator, timeout, allowErrors, made, until } = options;
  const found = { frame: first - 1, stalled: null, errors: [], warnings: [], foreign: 0, right: true };
  for (let frame = first; frame <= last; frame++) {
    const answer = made ? NOTHING : await clock.advance(frame, frame, numerator, denominator, timeout);
    found.errors.push(...answer.errors);
    found.warnings.push(...answer.warnings);
    found.foreign = answer.foreign;
    found.stalled = answer.stalled;
    if (answer.stalled || (answer.errors.length && !allowErrors)) break;
    found.frame = frame;
    if (until === "clock") continue;
    const picture = await paint(frame);
    if (until === "paint") picture.close?.();
    else await putPicture(frame, picture, until);
  }
  found.right = await isRight();
  await ringDrained();
  return found;
}
