// One master for a document and all the same-origin frames below it; each frame has its own `local`.
function createMaster() {
  return {
    now: 0, // virtual milliseconds since the top document began
    frame: -1, // the frame being made; -1 while loading
    epoch: options.epoch,
    timers: [], // sorted by due time, then by age
    running: null, // the timer whose callback is running, for the nesting rule
    lastId: 0,
    locals: new Set(),
    activity: 0, // grows whenever the page gives itself something to do now
    stepping: false,
    pending: new Map(), // work that a frame has to wait for: token -> description
    moving: new Set(), // promises of the videos that are on their way to their time
    hasVideos: false, // whether one was ever moved
    isSeen: false, // whether the browser has to compose the page, see mustBeSeen
    onSeen: null, // called when that turns out
    readsVideos: false, // whether scripts may draw videos at any time, and not only in frames
    errors: [],
    warnings: [],
    reasons: new Set(), // why a frame may depend on the frames before it
    needsNativeFrame: false,
    looks: 0, // how many native frames it takes to come to rest, see nearness.js
    scrolled: false, // whether something that is listened to was scrolled since the last native frame
    sounds: [], // what media elements do over time, see sound.js
    soundSources: [],
    unheard: new Set(), // what sounds in a way that is not rendered
    voices: [], // contexts of Web Audio, see web-audio.js
    audioLeft: options.maxAudioSeconds, // how much more sound they may hold
    audioData: [], // promises of what they need before they can be rendered
  };
}

function findMaster() {
  try {
    return window.parent !== window && window.parent[KEY] ? window.parent[KEY].master : null;
  } catch {
    return null; // another origin: this frame is driven on its own
  }
}

const inherited = findMaster();
const master = inherited ?? createMaster();
const local = { window, document, birth: Math.max(0, master.now), frameCallbacks: new Map(), isRoot: !inherited };
master.locals.add(local);

function now() {
  return master.now - local.birth;
}

/** For what shows its pictures only when it is composed, or uses them up then. */
function mustBeSeen() {
  if (master.isSeen) return;
  master.isSeen = true;
  master.onSeen?.();
}

function because(reason) {
  master.reasons.add(reason);
}

function call(callback, thisArgument, args) {
  try {
    return callback.apply(thisArgument, args);
  } catch (error) {
    native.reportError(error);
    return undefined;
  }
}

/** False once a frame was removed or navigated away. */
function alive(each) {
  return each.document.defaultView !== null;
}

// Timers. HTML's rules: no time below 0, from the sixth nested call on at least 4 ms.
function addTimer(handler, delay, args, repeats) {
  let wait = Number(delay);
  if (!(wait > 0) || wait > 2 ** 31 - 1) wait = 0;
  const nesting = (master.running?.nesting ?? 0) + 1;
  if (nesting > 5) wait = Math.max(wait, 4);
  if (repeats) wait = Math.max(wait, 1);
  const callback =
    typeof handler === "function" ? handler : () => (0, window.eval)(String(handler));
  const timer = { id: ++master.lastId, due: master.now + wait, wait, callback, args, repeats, nesting, local };
  insertTimer(timer);
  return timer.id;
}

function insertTimer(timer) {
  const { timers } = master;
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timers[middle].due <= timer.due) low = middle + 1;
    else high = middle;
  }
  timers.splice(low, 0, timer);
  if (timer.due <= master.now) {
    master.activity++;
    if (!master.stepping) native.setTimeout(pumpTimers, 0);
  }
}

function removeTimer(id) {
  const index = master.timers.findIndex((timer) => timer.id === id);
  if (index >= 0) master.timers.splice(index, 1);
  else if (master.running?.id === id) master.running.repeats = false;
}

/** Runs the next timer, and what follows at once: what promises of it set counts as nested in it too. */
async function runTimer() {
  const timer = beginTimer();
  await turn();
  endTimer(timer);
}

function beginTimer() {
  const timer = master.timers.shift();
  if (!alive(timer.local)) return timer;
  master.running = timer;
  call(timer.callback, timer.local.window, timer.args);
  return timer;
}

function endTimer(timer) {
  master.running = null;
  if (timer.repeats && alive(timer.local)) {
    timer.nesting++;
    if (timer.nesting > 5) timer.wait = Math.max(timer.wait, 4);
    timer.due += timer.wait;
    insertTimer(timer);
  }
}

/** While the page loads, time stands still and only what is due at once may run. */
function pumpTimers() {
  if (!master.stepping && master.timers[0]?.due <= master.now) {
    endTimer(beginTimer());
    if (master.timers[0]?.due <= master.now) native.setTimeout(pumpTimers, 0);
  }
}

window.setTimeout = function setTimeout(handler, delay, ...args) {
  return addTimer(handler, delay, args, false);
};
window.setInterval = function setInterval(handler, delay, ...args) {
  return addTimer(handler, delay, args, true);
};
window.clearTimeout = function clearTimeout(id) {
  removeTimer(id);
};
window.clearInterval = function clearInterval(id) {
  removeTimer(id);
};
window.requestIdleCallback = function requestIdleCallback(callback) {
  const deadline = { didTimeout: false, timeRemaining: () => 50 };
  return addTimer(callback, 0, [deadline], false);
};
window.cancelIdleCallback = window.clearTimeout;
wrapMethod(window.Scheduler?.prototype, "postTask", (original) =>
  function (callback, given) {
    const { delay = 0, signal } = given ?? {};
    if (!(delay > 0) || typeof callback !== "function" || signal?.aborted) return original.call(this, callback, given);
    return new Promise((resolve, reject) => {
      const id = addTimer(() => new Promise((done) => done(callback())).then(resolve, reject), delay, [], false);
      const abort = () => {
        removeTimer(id);
        reject(signal.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
    });
  },
);
if (AbortSignal.timeout) {
  AbortSignal.timeout = function timeout(delay) {
    const controller = new AbortController();
    const late = () => controller.abort(new DOMException("signal timed out", "TimeoutError"));
    addTimer(late, delay, [], false);
    return controller.signal;
  };
}

window.requestAnimationFrame = function requestAnimationFrame(callback) {
  if (typeof callback !== "function") {
    throw new TypeError("Failed to execute 'requestAnimationFrame': parameter 1 is not a function.");
  }
  const id = ++master.lastId;
  local.frameCallbacks.set(id, callback);
  return id;
};
window.cancelAnimationFrame = function cancelAnimationFrame(id) {
  local.frameCallbacks.delete(id);
  local.runningCallbacks?.delete(id);
};

async function runFrameCallbacks() {
  for (const each of [...master.locals]) {
    each.runningCallbacks = each.frameCallbacks;
    each.frameCallbacks = new Map();
  }
  for (const each of [...master.locals]) {
    for (const [id, callback] of each.runningCallbacks ?? []) {
      if (!alive(each)) break;
      each.runningCallbacks.delete(id);
      call(callback, undefined, [master.now - each.birth]);
      await turn();
    }
  }
}

// Clocks that a page can read.
Performance.prototype.now = function () {
  return now();
};
wrapAccessor(Performance.prototype, "timeOrigin", { get: () => () => master.epoch + local.birth });
wrapAccessor(Event.prototype, "timeStamp", { get: () => () => now() });
if (window.AnimationTimeline) {
  wrapAccessor(AnimationTimeline.prototype, "currentTime", {
    get: (original) =>
      function () {
        return this === document.timeline ? now() : original.call(this);
      },
  });
}

function wallClock() {
  return Math.floor(master.epoch + master.now);
}

window.Date = (() => {
  const VirtualDate = function Date(...args) {
    if (!new.target) return new native.Date(wallClock()).toString();
    return Reflect.construct(native.Date, args.length ? args : [wallClock()], new.target);
  };
  Object.defineProperty(VirtualDate, "length", { value: 7 });
  VirtualDate.prototype = native.Date.prototype;
  VirtualDate.prototype.constructor = VirtualDate;
  VirtualDate.now = wallClock;
  VirtualDate.parse = native.Date.parse;
  VirtualDate.UTC = native.Date.UTC;
  return VirtualDate;
})();
wrapAccessor(Intl.DateTimeFormat.prototype, "format", {
  get: (original) =>
    function () {
      const format = original.call(this);
      return (date) => format(date === undefined ? wallClock() : date);
    },
});
wrapMethod(Intl.DateTimeFormat.prototype, "formatToParts", (original) =>
  function (date) {
    return original.call(this, date === undefined ? wallClock() : date);
  },
);

if (window.Temporal) {
  const instant = () => Temporal.Instant.fromEpochMilliseconds(wallClock());
  const zoned = (zone = Temporal.Now.timeZoneId()) => instant().toZonedDateTimeISO(zone);
  Temporal.Now.instant = instant;
  Temporal.Now.zonedDateTimeISO = zoned;
  Temporal.Now.plainDateTimeISO = (zone) => zoned(zone).toPlainDateTime();
  Temporal.Now.plainDateISO = (zone) => zoned(zone).toPlainDate();
  Temporal.Now.plainTimeISO = (zone) => zoned(zone).toPlainTime();
}

// Chance: Mulberry32 (Tommy Ettinger, public domain), the same numbers in every run.
function randomSource(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
Math.random = randomSource(options.seed);
const randomBytes = randomSource(options.seed ^ 0x9e3779b9);
wrapMethod(window.Crypto?.prototype, "getRandomValues", () =>
  function (array) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(randomBytes() * 256);
    return array;
  },
);
wrapMethod(window.Crypto?.prototype, "randomUUID", () =>
  function () {
    const hex = Array.from({ length: 32 }, () => Math.floor(randomBytes() * 16).toString(16));
    hex[12] = "4";
    hex[16] = "89ab"[Math.floor(randomBytes() * 4)];
    const text = hex.join("");
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
  },
);
