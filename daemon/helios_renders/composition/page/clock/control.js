// What the renderer and the preview call: ready(), advance(), reasons().
local.hold = () => {
  moveUses();
  holdMedia();
  noteSounds();
  holdSvgs();
  adoptAnimations();
};
local.arrive = () => {
  syncAnimations();
  syncSvgs();
};
local.sync = () => {
  lookThroughStyles();
  holdStill();
  moveUses();
  trackImages();
  trackFrames();
  holdMedia();
  holdSvgs();
  syncAnimations();
  syncSvgs();
  syncMedia();
  noteSounds();
  trackFonts();
};
local.moveMedia = () => {
  holdMedia();
  syncMedia();
};
local.composePictures = composePictures;
local.seekContracts = seekContracts;
local.stable = waitUntilStable;

let fontsTracked = false;
function trackFonts() {
  if (fontsTracked || document.fonts.status !== "loading") return;
  fontsTracked = true;
  track(document.fonts.ready, "fonts").then(() => {
    fontsTracked = false;
  });
}

function everyLocal(visit) {
  for (const each of [...master.locals]) {
    if (alive(each)) visit(each);
    else master.locals.delete(each);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => native.setTimeout(resolve, milliseconds));
}

class Stalled extends Error {}

async function pendingDone(deadline) {
  while (master.pending.size) {
    if (native.dateNow() > deadline) throw stalled();
    await pause(1);
  }
}

function stalled() {
  return new Stalled([...master.pending.values()].slice(0, 5).join(", "));
}

const MAX_ROUNDS = 200;
const ENDLESS_TIMERS = "timers that start each other without end";

/** Moves all videos and waits until their pictures are shown, before scripts can draw them. */
async function showVideos(deadline) {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    everyLocal((each) => each.moveMedia());
    if (!master.moving.size) return;
    let timer;
    const late = new Promise((resolve) => {
      timer = native.setTimeout(() => resolve(true), Math.max(0, deadline - native.dateNow()));
    });
    const isLate = await Promise.race([Promise.all(master.moving), late]);
    native.clearTimeout(timer);
    if (isLate === true) throw stalled();
  }
}

async function runTimersUntil(time, deadline) {
  while (true) {
    const next = Math.min(master.timers[0]?.due ?? time, time);
    if (next > master.now) {
      if (master.voices.length) await playUntil(next, deadline);
      else master.now = next;
      if (master.now < next) continue;
      if (!(master.timers[0]?.due <= master.now)) return;
      everyLocal((each) => each.arrive());
      if (master.readsVideos) await showVideos(deadline);
    }
    if (!(master.timers[0]?.due <= time)) return;
    await runTimer();
    if (native.dateNow() > deadline) throw new Stalled(ENDLESS_TIMERS);
    const lastOfItsTime = !(master.timers[0]?.due <= master.now);
    if (lastOfItsTime) everyLocal((each) => each.hold());
  }
}

/** What scrolls whenever it hears of scrolling goes on in the next frame. */
const MAX_SCROLLS = 2;

/** Lets the page come to rest at the present moment of virtual time. */
async function settle(deadline) {
  let looked = 0;
  let scrolls = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = master.activity;
    while (master.timers.length && master.timers[0].due <= master.now) {
      await runTimer();
      if (native.dateNow() > deadline) throw new Stalled(ENDLESS_TIMERS);
    }
    await turn();
    everyLocal((each) => each.sync());
    const scrolled = master.scrolled && scrolls++ < MAX_SCROLLS;
    if (master.needsNativeFrame || scrolled || looked < master.looks) {
      master.needsNativeFrame = false;
      master.scrolled = false;
      looked++;
      await nativeFrame();
      continue;
    }
    if (master.pending.size) {
      await pendingDone(deadline);
      looked = 0;
      continue;
    }
    if (master.activity === before && !(master.timers[0]?.due <= master.now)) return;
  }
}

async function makeFrame(frame, time, deadline) {
  master.frame = frame;
  await runTimersUntil(time, deadline);
  await showVideos(deadline);
  everyLocal((each) => {
    each.seekContracts();
    each.sync();
  });
  await showVideos(deadline);
  await runFrameCallbacks();
  await settle(deadline);
  let asked = false;
  for (const each of [...master.locals]) {
    if (alive(each) && (await each.stable(deadline))) asked = true;
  }
  if (asked) await settle(deadline);
}

async function guarded(work) {
  master.stepping = true;
  try {
    await work();
    return report(null);
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    return report(error.message);
  } finally {
    master.stepping = false;
  }
}

function report(stalled) {
  const foreign = countForeignFrames();
  if (foreign) because("a frame of another origin");
  return {
    frame: master.frame,
    stalled,
    errors: master.errors.splice(0),
    warnings: master.warnings.splice(0),
    hasVideos: master.hasVideos,
    foreign,
  };
}

function countForeignFrames() {
  let count = 0;
  for (let index = 0; index < window.frames.length; index++) {
    try {
      if (!window.frames[index][KEY]) throw new Error();
    } catch {
      count++;
    }
  }
  return count;
}

const control = {
  master,
  local,
  isRoot: !inherited,
  Worker: native.Worker,

  /** Brings the loaded page to rest at time 0, before frame 0. */
  ready(timeout) {
    return guarded(async () => {
      const deadline = native.dateNow() + timeout;
      findDeclaredShadows(document);
      findInlineListeners();
      applyProps();
      track(document.fonts.ready, "fonts");
      for (const image of document.images) {
        hasten(image);
        if (image.src) image.decode().catch(() => undefined);
      }
      warnOfAnimatedImages(imageAddresses());
      // What is near is only known once the page was drawn.
      master.needsNativeFrame = true;
      await settle(deadline);
    });
  },

  /** Resolves once the browser has drawn the page as it is, its videos included. */
  async drawn() {
    const composing = [];
    everyLocal((each) => composing.push(each.composePictures()));
    await Promise.all(composing);
    await nativeFrame();
  },

  /** Comes to rest once more, after work that only the renderer could see. */
  settle(timeout) {
    return guarded(() => settle(native.dateNow() + timeout));
  },

  /** Makes the frames `first` to `last`, or as many as a second and the page's errors allow. */
  advance(first, last, numerator, denominator, timeout) {
    return guarded(async () => {
      const began = native.dateNow();
      for (let frame = first; frame <= last; frame++) {
        const time = (frame * 1000 * denominator) / numerator;
        await makeFrame(frame, time, native.dateNow() + timeout);
        if (master.errors.length || native.dateNow() - began > 1000) return;
      }
    });
  },

  /** What was heard so far. */
  sounds,

  /** Renders what is left of Web Audio, after the last frame. */
  finishAudio(timeout) {
    return guarded(() => finishAudio(native.dateNow() + timeout));
  },
  audioSamples,

  /** Why a frame may depend on the frames before it; empty when it follows from its time alone. */
  reasons() {
    const found = new Set(master.reasons);
    if (master.timers.length) found.add("a timer");
    everyLocal((each) => {
      if (each.frameCallbacks.size) found.add("requestAnimationFrame");
      if (each.document.querySelector("[begin*='.begin'], [begin*='.end'], [begin*='.click']")) {
        found.add("chained SMIL animations");
      }
    });
    return [...found].sort();
  },
};
Object.defineProperty(window, KEY, { value: control, configurable: true });

// Until the first frame is made, whatever the browser starts by itself is stopped at once.
function holdWhileLoading() {
  if (master.frame >= 0 || !alive(local)) return;
  if (document.documentElement) local.hold();
  native.requestAnimationFrame(holdWhileLoading);
}
native.requestAnimationFrame(holdWhileLoading);

/** A frame's window can outlive its first, empty document: the clock goes on with the one that follows. */
local.take = () => {
  local.document = document;
  local.birth = Math.max(0, master.now);
  master.locals.add(local);
  listSmil();
  watchFrames();
  watchNearness(document);
  native.addEventListener.call(document, "DOMContentLoaded", () => {
    findDeclaredShadows(document);
    local.hold();
  });
};
local.take();
