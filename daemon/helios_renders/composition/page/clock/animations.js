// CSS animations, transitions and WAAPI. A held animation has the native playback rate 0, so that the browser
// moves it nowhere, keeps its play state true, and takes whatever time the clock sets.
// record: { birth, base, rate, last, stands }: at virtual time n its local time is base + (n - birth) * rate, or
// base while it `stands`; `last` is where the clock has moved it last.
const records = new WeakMap();
const held = new Set(); // getAnimations leaves out an animation of rate 0 that waits for its delay
const released = new WeakSet(); // animations that ended under the clock
const nativeAnimation = {
  getCurrentTime: getterOf(Animation.prototype, "currentTime"),
  setCurrentTime: setterOf(Animation.prototype, "currentTime"),
  getRate: getterOf(Animation.prototype, "playbackRate"),
  setRate: setterOf(Animation.prototype, "playbackRate"),
  getPlayState: getterOf(Animation.prototype, "playState"),
  getTimeline: getterOf(Animation.prototype, "timeline"),
  play: Animation.prototype.play,
  pause: Animation.prototype.pause,
  finish: Animation.prototype.finish,
  cancel: Animation.prototype.cancel,
};
const shadowRoots = []; // weak references to every shadow root of this document
let animationListeners = false;

function onDocumentTimeline(animation) {
  const timeline = nativeAnimation.getTimeline.call(animation);
  return Object.prototype.toString.call(timeline) === "[object DocumentTimeline]";
}

function running(animation) {
  return nativeAnimation.getPlayState.call(animation) === "running";
}

function localTime(animation, record) {
  if (running(animation)) return record.base + (now() - record.birth) * record.rate;
  // A style sheet pauses it without a word, where it was moved to last.
  return record.stands ? record.base : record.last;
}

/** Takes an animation into the clock's hands at this moment of virtual time. */
function hold(animation, base) {
  const stands = nativeAnimation.getPlayState.call(animation) === "paused";
  const record = { birth: now(), base, rate: nativeAnimation.getRate.call(animation), last: base, stands };
  records.set(animation, record);
  held.add(animation);
  nativeAnimation.setRate.call(animation, 0);
  nativeAnimation.setCurrentTime.call(animation, base);
  crossed();
}

/** Starts counting anew from the present local time, before rate or state change. */
function rebase(animation, record) {
  restart(record, localTime(animation, record));
}

/** Counts from a local time on. */
function restart(record, time) {
  record.base = time;
  record.last = time;
  record.birth = now();
}

function endOf(animation) {
  return Number(animation.effect?.getComputedTiming().endTime ?? 0);
}

const ROUNDING = 1e-6; // milliseconds: the browser adds up delay and duration in seconds

function setTime(animation, record) {
  if (!running(animation)) {
    rebase(animation, record); // paused by the page or by its style sheet: time passes it by
    if (!record.stands) stand(animation, record.base);
    record.stands = true;
    return;
  }
  record.stands = false;
  const time = record.base + (now() - record.birth) * record.rate;
  const end = endOf(animation);
  if ((record.rate > 0 && time >= end - ROUNDING) || (record.rate < 0 && time <= ROUNDING)) {
    // The browser itself ends it, so that its events fire, its promise resolves and its fill applies.
    release(animation);
    nativeAnimation.setCurrentTime.call(animation, record.rate > 0 ? end : 0);
    released.add(animation);
    crossed();
    return;
  }
  record.last = time;
  const before = nativeAnimation.getCurrentTime.call(animation);
  if (before !== time) {
    if (animationListeners && phaseOf(animation, before) !== phaseOf(animation, time)) crossed();
    nativeAnimation.setCurrentTime.call(animation, time);
  }
}

/** Of rate 0 and paused by a style sheet, the browser shows its beginning until it was moved to another time. */
function stand(animation, time) {
  const { target, pseudoElement } = animation.effect ?? {};
  if (!target) return;
  nativeAnimation.setCurrentTime.call(animation, time + 1);
  void getComputedStyle(target, pseudoElement).opacity; // which makes the browser look
  nativeAnimation.setCurrentTime.call(animation, time);
}

function phaseOf(animation, time) {
  const { delay, duration } = animation.effect?.getComputedTiming() ?? {};
  if (time < delay) return -1;
  return duration > 0 ? Math.floor((time - delay) / duration) : 0;
}

function crossed() {
  if (animationListeners) master.needsNativeFrame = true;
}

function everyAnimation(each) {
  const found = new Set(native.getAnimations.document.call(each.document));
  for (let index = each.shadowRoots.length - 1; index >= 0; index--) {
    const root = each.shadowRoots[index].deref();
    if (!root) each.shadowRoots.splice(index, 1);
    else if (root.isConnected) for (const animation of native.getAnimations.shadow.call(root)) found.add(animation);
  }
  for (const animation of held) {
    const gone = nativeAnimation.getPlayState.call(animation) === "idle" || !animation.effect?.target?.isConnected;
    if (gone) held.delete(animation);
    else found.add(animation);
  }
  return found;
}

/** Finds the animations that began since the last look and holds them. */
function adoptAnimations() {
  for (const animation of everyAnimation(local)) {
    if (!records.has(animation)) adopt(animation);
  }
}

function adopt(animation) {
  const state = nativeAnimation.getPlayState.call(animation);
  if (state === "finished" || state === "idle" || !onDocumentTimeline(animation)) return;
  // What the browser has counted since the start is wall-clock time, which is none of ours.
  const keeps = state === "paused" || released.has(animation);
  hold(animation, keeps ? (nativeAnimation.getCurrentTime.call(animation) ?? 0) : 0);
}

function syncAnimations() {
  for (const animation of everyAnimation(local)) {
    const record = records.get(animation);
    if (record === undefined) adopt(animation);
    else setTime(animation, record);
  }
}

// What scripts do to animations, in virtual time.
wrapMethod(Animation.prototype, "play", (original) =>
  function () {
    const record = records.get(this);
    if (record === undefined) {
      original.call(this);
      if (onDocumentTimeline(this)) hold(this, nativeAnimation.getCurrentTime.call(this) ?? 0);
      return;
    }
    rebase(this, record);
    const end = endOf(this);
    if (record.rate > 0 && (record.base < 0 || record.base >= end)) record.base = 0;
    if (record.rate < 0 && (record.base <= 0 || record.base > end)) record.base = end;
    record.last = record.base;
    record.stands = false;
    original.call(this);
    nativeAnimation.setCurrentTime.call(this, record.base);
  },
);
wrapMethod(Animation.prototype, "pause", (original) =>
  function () {
    const record = records.get(this);
    if (record !== undefined) {
      rebase(this, record);
      record.stands = true;
      nativeAnimation.setCurrentTime.call(this, record.base);
    }
    original.call(this);
  },
);
wrapMethod(Animation.prototype, "reverse", () =>
  function () {
    const record = records.get(this);
    if (record === undefined) nativeAnimation.setRate.call(this, -nativeAnimation.getRate.call(this));
    else {
      rebase(this, record);
      record.rate = -record.rate;
    }
    this.play();
  },
);
wrapMethod(Animation.prototype, "finish", (original) =>
  function () {
    release(this);
    original.call(this);
    crossed();
  },
);
wrapMethod(Animation.prototype, "cancel", (original) =>
  function () {
    release(this);
    original.call(this);
  },
);
wrapMethod(Animation.prototype, "updatePlaybackRate", (original) =>
  function (rate) {
    const record = records.get(this);
    if (record === undefined) original.call(this, rate);
    else {
      rebase(this, record);
      record.rate = Number(rate);
    }
  },
);
function release(animation) {
  const record = records.get(animation);
  if (record === undefined) return;
  // From before its end: one that is at its end would keep its old start, and run again from there.
  nativeAnimation.setCurrentTime.call(animation, record.rate < 0 ? 1 : -1);
  nativeAnimation.setRate.call(animation, record.rate);
  records.delete(animation);
  held.delete(animation);
}
wrapAccessor(Animation.prototype, "playbackRate", {
  get: (original) =>
    function () {
      return records.get(this)?.rate ?? original.call(this);
    },
  set: (original) =>
    function (rate) {
      const record = records.get(this);
      if (record === undefined) return original.call(this, rate);
      rebase(this, record);
      record.rate = Number(rate);
    },
});
wrapAccessor(Animation.prototype, "currentTime", {
  get: (original) =>
    function () {
      const record = records.get(this);
      return record === undefined ? original.call(this) : localTime(this, record);
    },
  set: (original) =>
    function (time) {
      original.call(this, time);
      const record = records.get(this);
      if (record !== undefined && time !== null) restart(record, Number(time));
    },
});
wrapAccessor(Animation.prototype, "startTime", {
  get: (original) =>
    function () {
      const record = records.get(this);
      if (record === undefined || !running(this)) return original.call(this);
      return record.rate === 0 ? record.birth : record.birth - record.base / record.rate;
    },
  set: (original) =>
    function (start) {
      const record = records.get(this);
      if (record === undefined || start === null) return original.call(this, start);
      restart(record, (now() - Number(start)) * record.rate);
      if (!running(this)) original.call(this, document.timeline.currentTime);
      nativeAnimation.setCurrentTime.call(this, record.base);
    },
});
for (const name of ["onfinish", "oncancel", "onremove"]) {
  wrapAccessor(Animation.prototype, name, { set: (original) => listening(original, `Animation.${name}`) });
}
for (const name of ["finished", "ready"]) {
  wrapAccessor(Animation.prototype, name, { get: (original) => listening(original, `Animation.${name}`) });
}
wrapMethod(Element.prototype, "animate", (original) =>
  function (...args) {
    const animation = original.apply(this, args);
    if (onDocumentTimeline(animation)) hold(animation, 0);
    return animation;
  },
);
wrapMethod(Element.prototype, "attachShadow", (original) =>
  function (...args) {
    const root = original.apply(this, args);
    rememberShadow(root);
    return root;
  },
);

function listening(original, reason) {
  return function (...args) {
    animationListeners = true;
    master.needsNativeFrame = true;
    because(reason);
    return original.apply(this, args);
  };
}

/** The document and every shadow root in it. */
function everyRoot() {
  const found = [document];
  for (const reference of shadowRoots) {
    const root = reference.deref();
    if (root?.isConnected && root.ownerDocument === document) found.push(root);
  }
  return found;
}

function rememberShadow(root) {
  shadowRoots.push(new WeakRef(root));
  watchNearness(root);
  master.activity++;
}

/** Shadow roots that came with the markup have no attachShadow call. */
function findDeclaredShadows(root) {
  for (const element of root.querySelectorAll("*")) {
    const shadow = element.shadowRoot;
    if (shadow && !shadowRoots.some((reference) => reference.deref() === shadow)) {
      rememberShadow(shadow);
      findDeclaredShadows(shadow);
    }
  }
}
for (const [prototype, name] of [
  [Element.prototype, "setHTMLUnsafe"],
  [ShadowRoot.prototype, "setHTMLUnsafe"],
]) {
  wrapMethod(prototype, name, (original) =>
    function (...args) {
      original.apply(this, args);
      findDeclaredShadows(this);
    },
  );
}
local.shadowRoots = shadowRoots;

// Listeners that time itself can call make a page depend on its past.
const timedEvents = new Set([
  "animationstart",
  "animationend",
  "animationiteration",
  "animationcancel",
  "transitionrun",
  "transitionstart",
  "transitionend",
  "transitioncancel",
  "finish",
  "cancel",
  "beginEvent",
  "endEvent",
  "repeatEvent",
  "timeupdate",
  "pause",
  "ended",
  "play",
  "playing",
  "message",
  "visibilitychange",
  "scroll",
  "scrollend",
]);
const framedEvents = /^(animation|transition)|^(finish|cancel)$/;
function heed(type) {
  because(`a listener for ${type}`);
  if (framedEvents.test(type)) animationListeners = true;
  heedScrolling(type);
}
EventTarget.prototype.addEventListener = function addEventListener(type, ...rest) {
  if (timedEvents.has(type)) heed(type);
  return native.addEventListener.call(this, type, ...rest);
};
for (const prototype of [HTMLElement.prototype, SVGElement.prototype, Document.prototype, window]) {
  for (const type of timedEvents) {
    wrapAccessor(prototype, `on${type}`, {
      set: (original) =>
        function (handler) {
          heed(type);
          original.call(this, handler);
        },
    });
  }
}
function findInlineListeners() {
  for (const type of timedEvents) {
    if (document.querySelector(`[on${CSS.escape(type)}]`)) heed(type);
  }
}
for (const name of ["IntersectionObserver", "ResizeObserver"]) {
  wrapMethod(window[name]?.prototype, "observe", (original) =>
    function (...args) {
      because(name);
      needLooks(1);
      return original.apply(this, args);
    },
  );
}
wrapMethod(window.MutationObserver?.prototype, "observe", (original) =>
  function (...args) {
    because("MutationObserver");
    return original.apply(this, args);
  },
);
