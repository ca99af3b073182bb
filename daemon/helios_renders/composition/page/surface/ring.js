// The page's end of the ring: hands pictures to the worker, at most two ahead of it.
const MAX_AHEAD = 2;
const ring = { sequence: 0, ahead: 0, failed: null, wake: null };

function openRing(layout, workerSource) {
  const worker = new Worker(URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" })));
  ring.worker = worker;
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.opened) resolve();
      if (data.failed) {
        ring.failed = data.failed;
        reject(new Error(data.failed));
      }
      if (data.written !== undefined) ring.ahead--;
      ring.wake?.();
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ layout });
  });
}

async function putPicture(frame, picture, until) {
  while (ring.ahead >= MAX_AHEAD && !ring.failed) await new Promise((resolve) => (ring.wake = resolve));
  if (ring.failed) throw new Error(`the ring took no frame: ${ring.failed}`);
  ring.ahead++;
  const sequence = until === "transport" ? ring.sequence++ : ring.sequence;
  ring.worker.postMessage({ sequence, frame, picture, format: "BGRX", until }, [picture]);
}

async function ringDrained() {
  while (ring.ahead > 0 && !ring.failed) await new Promise((resolve) => (ring.wake = resolve));
  if (ring.failed) throw new Error(`the ring took no frame: ${ring.failed}`);
}

const NOTHING = { stalled: null, errors: [], warnings: [], foreign: 0 };

/** Makes frames, unless they are made, and hands each one over, until an error of the page or a stall. */
async function runFrames(clock, paint, { first, last, numerator, denominator, timeout, allowErrors, made, until }) {
  const found = { frame: first - 1, stalled: null, errors: [], warnings: [], foreign: 0 };
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
    if (until === "paint") picture.close();
    else await putPicture(frame, picture, until);
  }
  await ringDrained();
  return found;
}
