// <video> and <audio>: natively paused, moved by the clock.
// A state that plays is at media time base + (min(n, until) - birth) / 1000 * rate at virtual time n; one that
// is waiting plays as soon as attributes let it.
const mediaStates = new WeakMap();
const knownMedia = []; // weak references, because elements outside of the document play and are drawn too
const mediaPrototype = HTMLMediaElement.prototype;
const nativeMedia = {
  pause: mediaPrototype.pause,
  load: mediaPrototype.load,
  getCurrentTime: getterOf(mediaPrototype, "currentTime"),
  setCurrentTime: setterOf(mediaPrototype, "currentTime"),
  getPaused: getterOf(mediaPrototype, "paused"),
  requestFrame: HTMLVideoElement.prototype.requestVideoFrameCallback,
};
/** What the browser tells of its own playing, which the clock tells in virtual time instead. */
const PLAYING_EVENTS = ["play", "playing", "pause", "ended"];
for (const type of PLAYING_EVENTS) native.addEventListener.call(window, type, hush, true);

function hush(event) {
  if (event.isTrusted && event.target instanceof HTMLMediaElement) event.stopImmediatePropagation();
}

function mediaState(element) {
  const source = element.getAttribute("src");
  let state = mediaStates.get(element);
  if (state === undefined) {
    state = { isLoading: false };
    mediaStates.set(element, state);
    knownMedia.push(new WeakRef(element));
    for (const type of PLAYING_EVENTS) native.addEventListener.call(element, type, hush, true);
    rewind(element, state);
  } else if (source !== state.source) rewind(element, state);
  return state;
}

/** As HTML's media element load algorithm leaves an element: paused at 0, and about to play if it may by itself. */
function rewind(element, state) {
  Object.assign(state, {
    source: element.getAttribute("src"),
    playing: false,
    waiting: true,
    base: 0,
    birth: now(),
    until: Infinity,
    rate: numberOr(element.getAttribute("playbackrate"), element.defaultPlaybackRate),
    shown: null, // the time that the picture is to be right for, in microseconds
    target: null, // the time that the browser was sent to for it, once it is there
    composed: null, // the same, once that picture is composed with the page
    answer: null, // what it says or will say of the frame that it shows
    grace: null, // how much later than it should a frame may begin, in microseconds
    isAsked: false,
    isBroken: false,
  });
}

/** Lets an element play that its attributes start, as soon as there is something to play. */
function startByAttributes(element, state) {
  if (!state.waiting || !hasSource(element)) return;
  const placement = placementOf(element);
  if (placement) Object.assign(state, placement, { playing: true, waiting: false });
  else if (element.autoplay) {
    Object.assign(state, { playing: true, waiting: false, birth: now() });
    nativeMedia.pause.call(element); // before it begins by itself
  }
  if (state.playing) dispatchLater(element, "play", "playing");
}

function mediaTime(element, state) {
  if (!state.playing) return state.base;
  const passed = Math.max(0, Math.min(now(), state.until) - state.birth) / 1000;
  const time = state.base + passed * state.rate;
  const { duration } = element;
  if (!Number.isFinite(duration) || duration <= 0) return time;
  if (!element.loop) return Math.min(time, duration);
  const rest = time % duration;
  return duration - rest < 1e-6 ? 0 : rest; // a whole round, but for its last binary digit
}

function rebaseMedia(element, state) {
  state.base = mediaTime(element, state);
  state.birth = Math.max(now(), state.birth);
}

function everyMedia() {
  const found = new Set(document.querySelectorAll("video, audio"));
  for (const reference of shadowRoots) {
    for (const element of reference.deref()?.querySelectorAll("video, audio") ?? []) found.add(element);
  }
  for (let index = knownMedia.length - 1; index >= 0; index--) {
    const element = knownMedia[index].deref();
    if (element) found.add(element);
    else knownMedia.splice(index, 1);
  }
  return found;
}

/** Stops what the browser started by itself; called while the page loads and before each frame. */
function holdMedia() {
  for (const element of everyMedia()) {
    startByAttributes(element, mediaState(element));
    if (!nativeMedia.getPaused.call(element)) nativeMedia.pause.call(element);
  }
}

/** Moves every picture to its time; what that takes is pending until the browser shows it. */
function syncMedia() {
  for (const element of everyMedia()) {
    const state = mediaState(element);
    if (!isLoaded(element, state)) continue;
    const time = mediaTime(element, state);
    if (state.isAsked || (element instanceof HTMLVideoElement && !keepsPoster(element, state))) {
      showMediaAt(element, state, time);
    }
    if (state.playing && !element.loop && time >= element.duration) {
      state.playing = false;
      state.base = element.duration;
      dispatchLater(element, "pause", "ended");
    }
  }
}

/** A video that has not been played or moved shows its poster, which a seek would take away. */
function keepsPoster(element, state) {
  return element.poster !== "" && state.base === 0 && !(state.playing && now() >= state.birth);
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
    startByAttributes(this, state);
    state.waiting = false;
    if (!state.playing) {
      const { duration } = this;
      if (Number.isFinite(duration) && state.base >= duration) state.base = 0;
      state.playing = true;
      state.birth = now();
      dispatchLater(this, "play", "playing");
    }
    return Promise.resolve();
  },
);
wrapMethod(mediaPrototype, "pause", () =>
  function () {
    const state = mediaState(this);
    state.waiting = false;
    if (!state.playing) return;
    rebaseMedia(this, state);
    state.playing = false;
    dispatchLater(this, "pause");
  },
);
wrapMethod(mediaPrototype, "load", (original) =>
  function () {
    rewind(this, mediaState(this));
    master.activity++;
    original.call(this);
  },
);
wrapAccessor(mediaPrototype, "src", {
  set: (original) =>
    function (value) {
      original.call(this, value);
      rewind(this, mediaState(this));
      master.activity++;
    },
});
wrapAccessor(mediaPrototype, "loop", {
  set: (original) =>
    function (value) {
      rebaseMedia(this, mediaState(this));
      original.call(this, value);
    },
});
wrapAccessor(mediaPrototype, "paused", { get: () => function () { return !mediaState(this).playing; } });
wrapAccessor(mediaPrototype, "currentTime", {
  get: () => function () { return mediaTime(this, mediaState(this)); },
  set: (original) =>
    function (time) {
      const state = mediaState(this);
      if (!Number.isFinite(Number(time))) return original.call(this, time); // which throws
      state.base = Math.max(0, Math.min(Number(time), this.duration || Infinity));
      state.birth = now();
      state.isAsked = true; // for the events of a seek, even of one that leads nowhere
      master.activity++;
    },
});
wrapAccessor(mediaPrototype, "playbackRate", {
  get: () => function () { return mediaState(this).rate; },
  set: () =>
    function (rate) {
      const state = mediaState(this);
      rebaseMedia(this, state);
      state.rate = Number(rate);
      dispatchLater(this, "ratechange");
    },
});
wrapAccessor(mediaPrototype, "ended", {
  get: () =>
    function () {
      const state = mediaState(this);
      return !this.loop && Number.isFinite(this.duration) && mediaTime(this, state) >= this.duration;
    },
});
