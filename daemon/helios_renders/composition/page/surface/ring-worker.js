// Writes frames into the ring file (layout: capture/ring.py).
let file;
let layout;
let pixels;
const counter = new Int32Array(1);

function write(data, at) {
  const count = file.write(data, { at });
  if (count !== data.byteLength) throw new Error(`the file system took ${count} of ${data.byteLength} bytes`);
}

async function open(given) {
  layout = given;
  pixels = new Uint8Array(layout.payload);
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

async function put({ sequence, frame, picture, format, until }) {
  await pixelsOf(picture, format, layout.width, pixels);
  if (until === "read") {
    postMessage({ written: sequence });
    return;
  }
  await room(sequence);
  const at = layout.header + (sequence % layout.slots) * layout.stride;
  write(new Int32Array([sequence, frame, layout.payload, 0]), at);
  write(pixels, at + layout.slotHeader);
  write(new Int32Array([sequence, frame]), at + layout.slotHeader + layout.payload);
  write(new Int32Array([sequence + 1]), layout.writtenAt);
  postMessage({ written: sequence });
}
