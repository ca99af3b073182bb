// The browser's own functions, kept before the page can see or replace them.
const KEY = "__heliosClock";

const native = {
  Date,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  reportError: window.reportError.bind(window),
  Worker: window.Worker,
  fetch: window.fetch?.bind(window),
  btoa: window.btoa.bind(window),
  addEventListener: EventTarget.prototype.addEventListener,
  openRequest: XMLHttpRequest.prototype.open,
  sendRequest: XMLHttpRequest.prototype.send,
  portPostMessage: MessagePort.prototype.postMessage,
  getAnimations: {
    document: Document.prototype.getAnimations,
    shadow: ShadowRoot.prototype.getAnimations,
  },
};

function getterOf(prototype, name) {
  return Object.getOwnPropertyDescriptor(prototype, name).get;
}

function setterOf(prototype, name) {
  return Object.getOwnPropertyDescriptor(prototype, name).set;
}

/** Replaces a method; the new one gets the old one as its first argument. */
function wrapMethod(prototype, name, make) {
  if (!prototype || typeof prototype[name] !== "function") return;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const original = prototype[name];
  Object.defineProperty(prototype, name, { ...descriptor, value: make(original) });
}

/** Replaces an accessor's parts; each new part gets the old one as its first argument. */
function wrapAccessor(prototype, name, { get, set }) {
  const descriptor = prototype && Object.getOwnPropertyDescriptor(prototype, name);
  if (!descriptor) return;
  Object.defineProperty(prototype, name, {
    ...descriptor,
    get: get && descriptor.get ? get(descriptor.get) : descriptor.get,
    set: set && descriptor.set ? set(descriptor.set) : descriptor.set,
  });
}

// A turn of the event loop: page tasks posted before it run before it.
const turnChannel = new MessageChannel();
const turnWaiters = [];
turnChannel.port1.onmessage = () => turnWaiters.shift()();
function turn() {
  return new Promise((resolve) => {
    turnWaiters.push(resolve);
    native.portPostMessage.call(turnChannel.port2, 0);
  });
}

/** One real frame of the browser: styles, observers and animation events are up to date after it. */
function nativeFrame() {
  return new Promise((resolve) => native.requestAnimationFrame(() => resolve(turn())));
}
