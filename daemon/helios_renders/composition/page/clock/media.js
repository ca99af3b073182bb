// <video>, <audio> and SMIL: natively paused, moved by the clock.
// media state: { playing, base, birth, rate }: at virtual time n the media time is base + (n - birth) / 1000 * rate.
const mediaStates = new WeakMap();
const mediaPrototype = HTMLMediaElement.prototype;
const nativeMedia = {
  pause: mediaPrototype.pause,
  load: mediaPrototype.load,
  getCurrentTime: getterOf(mediaPrototype, "currentTime"),
  setCurrentTime: setterOf(mediaPrototype, "currentTime"),
  getPaused: getterOf(mediaPrototype, "paused"),
};

function isMedia(node) {
  return node instanceof HTMLMediaElement;
}

function mediaState(element) {
  let state = mediaStates.get(element);
  if (state === undefined) {
    const offset = Number(element.dataset.heliosOffset ?? 0) * 1000;
    const seek = Number(element.dataset.heliosSeek ?? 0);
    const placed = element.dataset.heliosOffset !== undefined || element.dataset.heliosSeek !== undefined;
    state = { playing: element.autoplay || placed, base: seek, birth: now() + offset, rate: element.defaultPlaybackRate };
    mediaStates.set(element, state);
  }
  return state;
}

function mediaTime(element, state) {
  if (!state.playing) return state.base;
  const passed = Math.max(0, now() - state.birth) / 1000;
  const time = state.base + passed * state.rate;
  const { duration } = element;
  if (!Number.isFinite(duration) || duration <= 0) return time;
  return element.loop ? ((time % duration) + duration) % duration : Math.min(time, duration);
}

function rebaseMedia(element, state) {
  state.base = mediaTime(element, state);
  state.birth = Math.max(now(), state.birth);
}

function everyMedia() {
  const found = [...document.querySelectorAll("video, audio")];
  for (const reference of shadowRoots) found.push(...(reference.deref()?.querySelectorAll("video, audio") ?? []));
  return found;
}

/** Stops what the browser started by itself; called while the page loads and before each frame. */
function holdMedia() {
  for (const element of everyMedia()) {
    mediaState(element);
    if (!nativeMedia.getPaused.call(element)) nativeMedia.pause.call(element);
  }
}

/** Moves every picture to its time and waits until the browser shows it. */
function syncMedia() {
  for (const element of everyMedia()) {
    const state = mediaState(element);
    if (element.readyState < HTMLMediaElement.HAVE_METADATA) {
      if (element.networkState === HTMLMediaElement.NETWORK_LOADING) waitForMedia(element, "loadeddata");
      continue;
    }
    const time = mediaTime(element, state);
    const ended = state.playing && !element.loop && time >= element.duration;
    // A video that nobody has played or moved shows its poster, which a seek would take away.
    if (element instanceof HTMLVideoElement && (state.playing || state.base > 0)) showVideoAt(element, time);
    if (ended) {
      state.playing = false;
      state.base = element.duration;
      dispatchLater(element, "pause", "ended");
    }
  }
}

function showVideoAt(element, time) {
  // Half a millisecond into the frame: a time on the border between two frames may round to either.
  const target = Math.min(time + 0.0005, element.duration);
  // The browser keeps media times in whole microseconds.
  if (Math.abs(nativeMedia.getCurrentTime.call(element) - target) < 1e-5) return;
  waitForMedia(element, "seeked");
  nativeMedia.setCurrentTime.call(element, target);
}

function waitForMedia(element, event) {
  const token = {};
  master.pending.set(token, `${element.localName} ${element.currentSrc || element.src || ""} (${event})`);
  const done = () => {
    for (const name of [event, "error", "emptied"]) element.removeEventListener(name, done);
    // The decoded picture reaches the page with the browser's next frame.
    nativeFrame().then(() => master.pending.delete(token));
  };
  for (const name of [event, "error", "emptied"]) native.addEventListener.call(element, name, done);
}

function dispatchLater(element, ...types) {
  const dispatch = () => {
    for (const type of types) element.dispatchEvent(new Event(type));
  };
  addTimer(dispatch, 0, [], false);
}

wrapMethod(mediaPrototype, "play", () =>
  function () {
    const state = mediaState(this);
    if (!state.playing) {
      const { duration } = this;
      if (Number.isFinite(duration) && state.base >= duration) state.base = 0;
      state.playing = true;
      state.birth = now();
      dispatchLater(this, "play", "playing");
    }
    if (this.networkState === HTMLMediaElement.NETWORK_IDLE && this.readyState === 0) nativeMedia.load.call(this);
    return Promise.resolve();
  },
);
wrapMethod(mediaPrototype, "pause", () =>
  function () {
    const state = mediaState(this);
    if (!state.playing) return;
    rebaseMedia(this, state);
    state.playing = false;
    dispatchLater(this, "pause");
  },
);
wrapAccessor(mediaPrototype, "paused", { get: () => function () { return !mediaState(this).playing; } });
wrapAccessor(mediaPrototype, "currentTime", {
  get: () => function () { return mediaTime(this, mediaState(this)); },
  set: (original) =>
    function (time) {
      const state = mediaState(this);
      state.base = Number(time);
      state.birth = now();
      original.call(this, time);
    },
});
wrapAccessor(mediaPrototype, "playbackRate", {
  get: () => function () { return mediaState(this).rate; },
  set: () =>
    function (rate) {
      const state = mediaState(this);
      rebaseMedia(this, state);
      state.rate = Number(rate);
    },
});
wrapAccessor(mediaPrototype, "ended", {
  get: () =>
    function () {
      const state = mediaState(this);
      return !this.loop && Number.isFinite(this.duration) && mediaTime(this, state) >= this.duration;
    },
});

// SMIL: each outermost <svg> has a time line of its own.
const svgBirths = new WeakMap();
const smilTags = ["animate", "animateTransform", "animateMotion", "set"];
let smilLists = [];
function listSmil() {
  smilLists = smilTags.map((tag) => document.getElementsByTagNameNS("http://www.w3.org/2000/svg", tag));
}

function animatedSvgs() {
  const roots = new Set();
  const add = (element) => {
    let svg = element.ownerSVGElement;
    while (svg?.ownerSVGElement) svg = svg.ownerSVGElement;
    if (svg) roots.add(svg);
  };
  for (const list of smilLists) for (const element of list) add(element);
  for (const reference of shadowRoots) {
    for (const element of reference.deref()?.querySelectorAll(smilTags.join(",")) ?? []) add(element);
  }
  return roots;
}

function holdSvgs() {
  for (const svg of animatedSvgs()) {
    if (svgBirths.has(svg)) continue;
    svgBirths.set(svg, now());
    svg.pauseAnimations();
    svg.setCurrentTime(0);
  }
}

function syncSvgs() {
  for (const svg of animatedSvgs()) {
    const birth = svgBirths.get(svg);
    if (birth !== undefined) svg.setCurrentTime((now() - birth) / 1000);
  }
}
