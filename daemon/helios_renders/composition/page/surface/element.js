// Surface `element`: the stage's canvas draws the frame that holds the composition, whose document stays as it is.
const stage = document.getElementById("stage");
const composition = document.getElementById("composition");
let context;
let damage;
/** Drawn one by one; a single one where all of the picture moves. */
let tiles;
const TILE = 256;
let painted = false;
let patched = false;
let transparent = false;
/** How many of the stage's pixels one of the composition's is wide. */
let ratio = 1;

window.__heliosSurface = {
  /** Loads the composition into the stage. */
  async load(address, width, height, pixelRatio, withAlpha) {
    if (typeof CanvasRenderingContext2D.prototype.drawElementImage !== "function") {
      throw new Error("this browser has no drawElementImage");
    }
    transparent = withAlpha;
    ratio = pixelRatio;
    stage.width = width * ratio;
    stage.height = height * ratio;
    stage.style.cssText = `width:${width}px;height:${height}px`;
    composition.width = width;
    composition.height = height;
    context = stage.getContext("2d", { willReadFrequently: true, alpha: transparent });
    const loaded = new Promise((resolve) => composition.addEventListener("load", resolve, { once: true }));
    composition.src = address;
    await loaded;
  },

  /** To be called at time 0, so that the tiles are the same wherever a worker begins. */
  open(layout, source) {
    damage = new Damage(composition.contentWindow);
    tiles = tilesOf(damage.isWorthFollowing() ? TILE : Infinity);
    painted = false;
    return openRing(layout, source);
  },

  run(options) {
    const follows = tiles.length > 1 && !options.made;
    const paint = () => paintElement(follows ? touched(damage.areas()) : tiles);
    return runFrames(composition.contentWindow.__heliosClock, paint, options, isAsDrawnWhole);
  },
};

/** The picture's tiles, as [left, top, width, height]. */
function tilesOf(side) {
  const found = [];
  for (let top = 0; top < stage.height; top += side) {
    for (let left = 0; left < stage.width; left += side) {
      found.push([left, top, Math.min(side, stage.width - left), Math.min(side, stage.height - top)]);
    }
  }
  return found;
}

/** The tiles that areas ([left, top, right, bottom]) lie on, with a pixel to spare for soft edges. */
function touched(areas) {
  if (areas === null || !painted) return tiles;
  const wide = areas.map((area) => area.map((border, index) => border * ratio + (index < 2 ? -1 : 1)));
  return tiles.filter(([left, top, width, height]) =>
    wide.some((area) => area[0] < left + width && area[2] > left && area[1] < top + height && area[3] > top),
  );
}

function paintElement(wanted) {
  if (wanted.length === 0) return [];
  return new Promise((resolve, reject) => {
    stage.onpaint = () => {
      stage.onpaint = null;
      try {
        for (const tile of wanted) drawTile(tile);
        painted = true;
        patched = wanted.length < tiles.length;
        // All that has alpha is read in one way, because another rounds in another way.
        const inPatches = patched || transparent;
        resolve(inPatches ? wanted.map(patchOf) : new VideoFrame(stage, { timestamp: 0, alpha: "discard" }));
      } catch (error) {
        reject(error);
      }
    };
    stage.requestPaint();
  });
}

/** Each tile is always drawn by itself, because where a drawing is cut has an effect on its soft edges. */
function drawTile(tile) {
  context.save();
  context.beginPath();
  context.rect(...tile);
  context.clip();
  if (transparent) {
    context.clearRect(...tile);
  } else {
    // The browser's paper, which shows where a page has no background.
    context.fillStyle = "#fff";
    context.fillRect(...tile);
  }
  context.drawElementImage(composition, 0, 0);
  context.restore();
}

function patchOf([left, top, width, height]) {
  return { left, top, width, pixels: context.getImageData(left, top, width, height).data.buffer };
}

/** Whether the last picture, if only some tiles of it were drawn, is what drawing all of them gives. */
async function isAsDrawnWhole() {
  if (!patched) return true;
  const pixels = () => new Uint32Array(context.getImageData(0, 0, stage.width, stage.height).data.buffer);
  const patchwork = pixels();
  (await paintElement(tiles)).close?.();
  const whole = pixels();
  return patchwork.every((pixel, index) => pixel === whole[index]);
}
