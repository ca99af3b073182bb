// Work that the page began and a frame has to wait for: the network is instant in virtual time.
function begin(description) {
  const token = {};
  master.pending.set(token, description);
  master.activity++;
  return () => {
    master.pending.delete(token);
    master.activity++;
  };
}

function track(promise, description) {
  const end = begin(description);
  promise.then(end, end);
  return promise;
}

if (native.fetch) {
  window.fetch = function fetch(resource, init) {
    const url = String(resource?.url ?? resource);
    const answer = track(native.fetch(resource, init), `fetch ${url}`);
    answer.then(drainUnread, () => {});
    return answer;
  };
}
/** How long a page has for beginning to read an answer, in real milliseconds, and how much is read for it. */
const UNREAD_MILLISECONDS = 50;
const DRAINED_BYTES = 2 ** 24;
const touchedBodies = new WeakSet();
wrapAccessor(window.Response?.prototype, "body", {
  get: (original) =>
    function () {
      touchedBodies.add(this);
      return original.call(this);
    },
});
/** A request is open for the browser until its answer is read, which a page that wants none never does. */
function drainUnread(response) {
  native.setTimeout(() => {
    if (response.bodyUsed || touchedBodies.has(response)) return;
    const reader = response.clone().body?.getReader();
    let left = DRAINED_BYTES;
    const step = ({ done, value }) => {
      if (done) return undefined;
      left -= value.length;
      return left > 0 ? reader.read().then(step) : reader.cancel();
    };
    reader?.read().then(step).catch(() => {});
  }, UNREAD_MILLISECONDS);
}
for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
  for (const each of [window.Response, window.Blob]) {
    wrapMethod(each?.prototype, name, (original) =>
      function (...args) {
        return track(original.apply(this, args), `${each.name}.${name}()`);
      },
    );
  }
}
const requestAddresses = new WeakMap();
wrapMethod(window.XMLHttpRequest?.prototype, "open", (original) =>
  function (method, url, ...rest) {
    requestAddresses.set(this, url);
    return original.call(this, method, url, ...(rest.length ? rest : [true]));
  },
);
wrapMethod(window.XMLHttpRequest?.prototype, "send", (original) =>
  function (...args) {
    const end = begin(`request ${requestAddresses.get(this)}`);
    native.addEventListener.call(this, "loadend", end);
    try {
      return original.apply(this, args);
    } catch (error) {
      end();
      throw error;
    }
  },
);
function trackLoading(prototype, loads) {
  wrapAccessor(prototype, "src", {
    set: (original) =>
      function (value) {
        if (value && this.ownerDocument.defaultView && loads(this)) trackElement(this, value);
        original.call(this, value);
      },
  });
}
function trackElement(element, address) {
  const end = begin(`${element.localName} ${address}`);
  const done = () => {
    for (const type of ["load", "error"]) element.removeEventListener(type, done);
    end();
  };
  for (const type of ["load", "error"]) native.addEventListener.call(element, type, done);
  // A script outside the document loads nothing until it is put there, which follows at once if at all.
  if (element instanceof HTMLScriptElement) queueMicrotask(() => element.isConnected || done());
}
trackLoading(HTMLImageElement.prototype, (image) => image.loading !== "lazy");
trackLoading(HTMLScriptElement.prototype, (script) => /^(|module|(text|application)\/(java|ecma)script)$/.test(script.type));
for (const [owner, name] of [
  [HTMLImageElement.prototype, "decode"],
  [window.FontFace?.prototype, "load"],
  [window.SubtleCrypto?.prototype, "digest"],
  [window.OffscreenCanvas?.prototype, "convertToBlob"],
]) {
  wrapMethod(owner, name, (original) =>
    function (...args) {
      return track(original.apply(this, args), `${name}()`);
    },
  );
}
if (window.createImageBitmap) {
  const createBitmap = window.createImageBitmap.bind(window);
  window.createImageBitmap = (...args) => track(createBitmap(...args), "createImageBitmap()");
}
for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"]) {
  wrapMethod(window.WebAssembly, name, (original) => (...args) =>
    track(original.apply(WebAssembly, args), `WebAssembly.${name}()`),
  );
}
wrapMethod(MessagePort.prototype, "postMessage", (original) =>
  function (...args) {
    master.activity++;
    return original.apply(this, args);
  },
);
const windowPostMessage = window.postMessage.bind(window);
window.postMessage = (...args) => {
  master.activity++;
  return windowPostMessage(...args);
};
for (const name of ["Worker", "SharedWorker", "WebSocket", "EventSource", "RTCPeerConnection"]) {
  const Original = window[name];
  if (!Original) continue;
  window[name] = new Proxy(Original, {
    construct(target, args, newTarget) {
      because(name);
      return Reflect.construct(target, args, newTarget);
    },
  });
}

/** The network is instant: whatever is near is there, and how near it is only shows as the page is drawn. */
function hasten(element) {
  if (element.loading === "lazy") element.loading = "eager";
}

/** Images that the markup or a style change brought in since the last frame. */
function trackImages() {
  for (const image of everyRoot().flatMap((root) => [...named(root, "img")])) {
    hasten(image);
    if (image.complete || watchedImages.has(image)) continue;
    watchedImages.add(image);
    const end = begin(`img ${image.currentSrc || image.src}`);
    const done = () => {
      watchedImages.delete(image);
      end();
    };
    for (const type of ["load", "error"]) native.addEventListener.call(image, type, done, { once: true });
  }
}
const watchedImages = new WeakSet();

/** Frames that were added since the last look and have yet to load. */
function trackFrames() {
  for (const frame of document.querySelectorAll("iframe[src], iframe[srcdoc]")) {
    // Of another origin it is out of the clock's hand, and may be far away for the whole of the composition.
    if (frame.srcdoc || URL.parse(frame.src, document.baseURI)?.origin === location.origin) hasten(frame);
    if (frame.loading === "lazy") continue;
    if (loadedFrames.has(frame) || watchedFrames.has(frame)) continue;
    watchedFrames.add(frame);
    const end = begin(`iframe ${frame.src}`);
    const check = () => {
      if (loadedFrames.has(frame) || !frame.isConnected) end();
      else native.setTimeout(check, 5);
    };
    check();
  }
}
const watchedFrames = new WeakSet();
const loadedFrames = new WeakSet();
function watchFrames() {
  const loaded = ({ target }) => target instanceof HTMLIFrameElement && loadedFrames.add(target);
  native.addEventListener.call(document, "load", loaded, true);
}

/** The browser plays animated images in real time, out of the clock's reach: a person has to know. */
function warnOfAnimatedImages(addresses) {
  for (const address of addresses) {
    const ending = /\.(gif|webp|apng|svg)(?:[?#]|$)|^data:image\/(gif|webp|apng|svg)/i.exec(address);
    if (!ending || checkedImages.has(address)) continue;
    checkedImages.add(address);
    const check = async () => {
      const response = await native.fetch(address);
      if (await isAnimatedImage(response, (ending[1] ?? ending[2]).toLowerCase())) {
        const name = address.startsWith("data:") ? `${address.slice(0, 60)}…` : address;
        warn(`${name} is an animated image, which plays in real time and not with the composition.`);
      }
    };
    track(check().catch(() => undefined), `image ${address}`);
  }
}
const checkedImages = new Set();

/** The addresses of what is shown as an image, where they can be known. */
function imageAddresses() {
  const images = [...document.images].map((image) => image.currentSrc || image.src);
  const drawn = [...named(document, "image")].map((image) => URL.parse(addressOf(image.href), document.baseURI)?.href);
  const loaded = performance.getEntriesByType("resource");
  const shown = loaded.filter(({ initiatorType }) => /^(css|img|image|input)$/.test(initiatorType));
  return [...images, ...drawn, ...shown.map(({ name }) => name)];
}

async function isAnimatedImage(response, kind) {
  if (kind === "svg") return /<animate|<set\b|@keyframes/i.test(await response.text());
  const type = kind === "apng" ? "image/png" : `image/${kind}`;
  const decoder = new ImageDecoder({ data: response.body, type });
  await decoder.tracks.ready;
  const { animated } = decoder.tracks.selectedTrack;
  decoder.close();
  return animated;
}

// What the page throws, with its place and its frame.
native.addEventListener.call(
  window,
  "error",
  (event) => {
    if (event.target !== window) {
      if (event.target.closest?.("video, audio")) return; // see media-sources.js
      const address = event.target.currentSrc || event.target.src || addressOf(event.target.href);
      if (address) warn(`${event.target.localName} ${address.slice(0, MAX_ADDRESS)} could not be loaded.`);
      return;
    }
    if (/^ResizeObserver loop/.test(event.message)) return; // a notice of the browser, not a fault
    record(event.message, event.filename, event.lineno, event.colno);
  },
  true,
);
native.addEventListener.call(window, "unhandledrejection", (event) => {
  const { reason } = event;
  const place = /(?:\(|@|at )((?:https?|file|blob):[^\s)]+):(\d+):(\d+)/.exec(reason?.stack ?? "");
  record(`Uncaught (in promise) ${reason}`, place?.[1] ?? "", Number(place?.[2] ?? 0), Number(place?.[3] ?? 0));
});

/** Some addresses carry whole files. */
const MAX_ADDRESS = 2000;
/** In SVG, an address is an object, and as the markup has it. */
function addressOf(href) {
  return typeof href?.baseVal === "string" ? new URL(href.baseVal, document.baseURI).href : href;
}

function record(message, script, line, column, isMedia = false) {
  if (master.errors.length < 100) master.errors.push({ message, script, line, column, isMedia, frame: master.frame });
}

function warn(message) {
  if (master.warnings.length < 100 && !master.warnings.includes(message)) master.warnings.push(message);
}
