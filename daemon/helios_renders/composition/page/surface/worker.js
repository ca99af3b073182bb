// What the workers of all transports share: one message a frame, in order.
async function pixelsOf(picture, format, width, pixels) {
  if (Array.isArray(picture)) {
    for (const patch of picture) putPatch(patch, width, pixels);
    return pixels;
  }
  await picture.copyTo(pixels, { format, layout: [{ offset: 0, stride: width * 4 }] });
  picture.close();
  return pixels;
}

/** Puts a patch, which comes as RGBA, in its place in the picture before, which is BGRX. */
function putPatch(patch, width, pixels) {
  const from = new Uint32Array(patch.pixels);
  const to = new Uint32Array(pixels.buffer);
  for (let row = 0, index = 0; index < from.length; row++) {
    const start = (patch.top + row) * width + patch.left;
    for (let at = start; at < start + patch.width; at++, index++) {
      const pixel = from[index];
      to[at] = (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff);
    }
  }
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  queue = queue
    .then(() => (data.given ? open(data.given) : put(data)))
    .catch((error) => postMessage({ failed: String(error?.message ?? error) }));
};
