// Writes frames into the ring file (layout: capture/ring.py).
let file;
let layout;
let pixels;
/** Of each slot, the rows in which the picture has changed since that slot was written: [first, end]. */
let stale;
let rowBytes;
const counter = new Int32Array(1);

function write(data, at) {
  const count = file.write(data, { at });
  if (count !== data.byteLength) throw new Error(`the file system took ${count} of ${data.byteLength} bytes`);
}

async function open(given) {
  layout = given;
  pixels = new Uint8Array(layout.payload);
  rowBytes = 4 * layout.width;
  stale = new Array(layout.slots).fill([0, layout.payload / rowBytes]);
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(layout.name, { create: true });
  file = await handle.createSyncAccessHandle({ mode: "readwrite-unsafe" });
  file.truncate(layout.header + layout.slots * layout.stride);
  // Every byte is written, because a mapped file with holes kills its reader when the file system is full.
  write(new Uint8Array(layout.header), 0);
  const slot = new Uint8Array(layout.stride);
  for (let number = 0; number < layout.slots; number++) write(slot, layout.header + number * layout.stride);
  // The mark comes last: whoever finds it finds a whole file.
  write(new TextEncoder().encode(layout.mark), layout.markAt);
  postMessage({ opened: true });
}

async function room(sequence) {
  for (;;) {
    file.read(counter, { at: layout.consumedAt });
    const unused = sequence - counter[0];
    if (unused < 0 || unused > layout.slots) throw new Error(`${counter[0]} of ${sequence} frames are consumed`);
    if (unused < layout.slots) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Brings a slot up to date, which holds a picture of some frames ago. */
function writeRows(slot, at) {
  const [first, end] = stale[slot];
  if (first < end) write(pixels.subarray(first * rowBytes, end * rowBytes), at + first * rowBytes);
  stale[slot] = [Infinity, -Infinity];
}

/** The rows that a picture changes: all, or those from its first patch to its last. */
function rowsOf(picture) {
  if (!Array.isArray(picture)) return [0, layout.payload / rowBytes];
  const ends = picture.map((patch) => patch.top + patch.pixels.byteLength / (4 * patch.width));
  return [Math.min(...picture.map((patch) => patch.top)), Math.max(...ends)];
}

async function put({ sequence, frame, picture, format, until }) {
  const [first, end] = rowsOf(picture);
  await pixelsOf(picture, format, layout.width, pixels);
  stale = stale.map((rows) => [Math.min(first, rows[0]), Math.max(end, rows[1])]);
  if (until === "read") {
    postMessage({ written: sequence });
    return;
  }
  await room(sequence);
  const slot = sequence % layout.slots;
  const at = layout.header + slot * layout.stride;
  write(new Int32Array([sequence, frame, layout.payload, 0]), at);
  writeRows(slot, at + layout.slotHeader);
  write(new Int32Array([sequence, frame]), at + layout.slotHeader + layout.payload);
  write(new Int32Array([sequence + 1]), layout.writtenAt);
  postMessage({ written: sequence });
}
