// Surface `element`: the stage's canvas draws the frame that holds the composition, whose document stays as it is.
const stage = document.getElementById("stage");
const composition = document.getElementById("composition");
let context;

window.__heliosSurface = {
  /** Loads the composition into the stage. */
  async load(address, width, height) {
    if (typeof CanvasRenderingContext2D.prototype.drawElementImage !== "function") {
      throw new Error("this browser has no drawElementImage");
    }
    stage.width = width;
    stage.height = height;
    stage.style.cssText = `width:${width}px;height:${height}px`;
    composition.width = width;
    composition.height = height;
    context = stage.getContext("2d", { willReadFrequently: true, alpha: false });
    const loaded = new Promise((resolve) => composition.addEventListener("load", resolve, { once: true }));
    composition.src = address;
    await loaded;
  },

  open: (layout, source) => openRing(layout, source),

  run: (options) => runFrames(composition.contentWindow.__heliosClock, paintElement, options),
};

function paintElement() {
  return new Promise((resolve, reject) => {
    stage.onpaint = () => {
      stage.onpaint = null;
      try {
        context.drawElementImage(composition, 0, 0);
        resolve(new VideoFrame(stage, { timestamp: 0, alpha: "discard" }));
      } catch (error) {
        reject(error);
      }
    };
    stage.requestPaint();
  });
}
