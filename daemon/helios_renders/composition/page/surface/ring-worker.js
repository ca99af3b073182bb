// Writes frames into the ring file (layout: capture/ring.py). One message a frame, in order.
let file;
let layout;
let pixels;
const counter = new Int32Array(1);

async function open(message) {
  layout = message.layout;
  pixels = new Uint8Array(layout.payload);
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(layout.name, { create: true });
  file = await handle.createSyncAccessHandle({ mode: "readwrite-unsafe" });
  file.truncate(layout.header + layout.slots * layout.stride);
  file.write(new Int32Array([0]), { at: layout.writtenAt });
  file.write(new Int32Array([0]), { at: layout.consumedAt });
  // The mark comes last: whoever finds it finds a whole header.
  file.write(new TextEncoder().encode(layout.mark), { at: layout.markAt });
  file.flush();
  postMessage({ opened: true });
}

async function room(sequence) {
  for (;;) {
    file.read(counter, { at: layout.consumedAt });
    if (sequence - counter[0] < layout.slots) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function put({ sequence, frame, picture, format, until }) {
  await picture.copyTo(pixels, { format, layout: [{ offset: 0, stride: layout.width * 4 }] });
  picture.close();
  if (until === "read") {
    postMessage({ written: sequence });
    return;
  }
  await room(sequence);
  const at = layout.header + (sequence % layout.slots) * layout.stride;
  file.write(new Int32Array([sequence, frame, layout.payload, 0]), { at });
  file.write(pixels, { at: at + layout.slotHeader });
  file.write(new Int32Array([sequence, frame]), { at: at + layout.slotHeader + layout.payload });
  file.write(new Int32Array([sequence + 1]), { at: layout.writtenAt });
  postMessage({ written: sequence });
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  queue = queue
    .then(() => (data.layout ? open(data) : put(data)))
    .catch((error) => postMessage({ failed: String(error?.message ?? error) }));
};
