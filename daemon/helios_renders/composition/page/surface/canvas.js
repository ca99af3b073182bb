// Surface `canvas`: the composition is one canvas that fills the page, and is read directly.
window.__heliosSurface = {
  open: (layout, source) => openRing(layout, source),
  run: (options) => runFrames(window.__heliosClock, paintCanvas, options),
};

function paintCanvas() {
  return new VideoFrame(theCanvas(), { timestamp: 0, alpha: "discard" });
}

function theCanvas() {
  const found = document.querySelectorAll("canvas");
  if (found.length !== 1) throw new Error(`the page has ${found.length} canvases`);
  return found[0];
}
