// Surface `canvas`: the composition is one canvas that fills the page, and is read directly.
window.__heliosSurface = {
  open: (layout, source) => openRing(layout, source),
  run: (options) => runFrames(window.__heliosClock, options.transparent ? readCanvas : paintCanvas, options),
};

let copy;
/** Straight alpha: a canvas of 2D gives it, whatever the page's own canvas keeps. */
function readCanvas() {
  const canvas = theCanvas();
  const { width, height } = canvas;
  copy ??= new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.clearRect(0, 0, width, height);
  copy.drawImage(canvas, 0, 0);
  return [{ left: 0, top: 0, width, pixels: copy.getImageData(0, 0, width, height).data.buffer }];
}

function paintCanvas() {
  return new VideoFrame(theCanvas(), { timestamp: 0, alpha: "discard" });
}

function theCanvas() {
  const found = document.querySelectorAll("canvas");
  if (found.length !== 1) throw new Error(`the page has ${found.length} canvases`);
  return found[0];
}
