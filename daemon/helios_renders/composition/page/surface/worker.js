// What the workers of all transports share: one message a frame, in order.
async function pixelsOf(picture, format, width, pixels) {
  await picture.copyTo(pixels, { format, layout: [{ offset: 0, stride: width * 4 }] });
  picture.close();
  return pixels;
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  queue = queue
    .then(() => (data.given ? open(data.given) : put(data)))
    .catch((error) => postMessage({ failed: String(error?.message ?? error) }));
};
