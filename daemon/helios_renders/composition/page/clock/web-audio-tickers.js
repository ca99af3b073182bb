// Libraries of Web Audio let a worker tell them when to schedule what comes next, because a browser slows the timers
// of a page in the background. Such a ticker is run in the page instead, where timers follow the clock.
const TICKER_LENGTH = 4096; // characters
const TICKS = /\bset(Timeout|Interval)\b[^]*\bpostMessage\b|\bpostMessage\b[^]*\bset(Timeout|Interval)\b/;
const DOES_MORE =
  /\b(importScripts|import|export|async|await|fetch|navigator|XMLHttpRequest|WebSocket|OffscreenCanvas|WebAssembly)\b/;

/** The source of a worker that does nothing but tick, or null. */
function tickerSource(address, settings) {
  if (!master.voices.length || settings?.type === "module") return null;
  const request = new XMLHttpRequest();
  try {
    native.openRequest.call(request, "GET", address, false);
    native.sendRequest.call(request);
  } catch {
    return null; // of another origin, which the browser refuses in its own words
  }
  const source = request.responseText;
  return source.length <= TICKER_LENGTH && TICKS.test(source) && !DOES_MORE.test(source) ? source : null;
}

/** What stands for the worker, on either side: each posts to the other. */
function makeTicker(source, prototype) {
  const timers = new Set();
  const [outside, inside] = [new EventTarget(), new EventTarget()];
  let isEnded = false;
  const deliver = (target, data) => {
    const copy = structuredClone(data);
    const arrive = () => isEnded || target.dispatchEvent(new MessageEvent("message", { data: copy }));
    addTimer(arrive, 0, [], false);
  };
  const end = () => {
    isEnded = true;
    for (const timer of timers) removeTimer(timer);
  };
  const withTimer = (repeats) => (handler, delay, ...args) => {
    const id = addTimer(handler, delay, args, repeats);
    timers.add(id);
    return id;
  };
  const global = {
    postMessage: (data) => deliver(outside, data),
    setTimeout: withTimer(false),
    setInterval: withTimer(true),
    clearTimeout: removeTimer,
    clearInterval: removeTimer,
    addEventListener: inside.addEventListener.bind(inside),
    removeEventListener: inside.removeEventListener.bind(inside),
    close: end,
  };
  global.self = global;
  withHandler(global, inside, "onmessage");
  withHandler(outside, outside, "onmessage");
  for (const name of ["onerror", "onmessageerror"]) withHandler(outside, outside, name);
  Object.defineProperties(outside, {
    postMessage: { value: (data) => deliver(inside, data) },
    terminate: { value: end },
  });
  Object.setPrototypeOf(outside, prototype);
  const run = new Function("scope", `with (scope) {${source}\n}`);
  addTimer(run, 0, [global], false);
  return outside;
}

function withHandler(object, target, name) {
  let handler = null;
  native.addEventListener.call(target, name.slice(2), (event) => handler?.call(object, event));
  Object.defineProperty(object, name, {
    get: () => handler,
    set: (given) => {
      handler = typeof given === "function" ? given : null;
    },
  });
}

if (window.Worker) {
  window.Worker = new Proxy(window.Worker, {
    construct(target, given, newTarget) {
      const source = tickerSource(...given);
      if (source !== null) {
        try {
          return makeTicker(source, newTarget.prototype);
        } catch (error) {
          if (!(error instanceof EvalError)) throw error;
          warn("A policy of the page keeps the worker that times its sound from following the clock.");
        }
      }
      return Reflect.construct(target, given, newTarget);
    },
  });
}
