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
    return track(native.fetch(resource, init), `fetch ${url}`);
  };
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
wrapMethod(window.XMLHttpRequest?.prototype, "send", (original) =>
  function (...args) {
    const end = begin(`request ${this.responseURL}`);
    native.addEventListener.call(this, "loadend", end);
    try {
      return original.apply(this, args);
    } catch (error) {
      end();
      throw error;
    }
  },
);
function trackLoading(prototype, name) {
  wrapAccessor(prototype, name, {
    set: (original) =>
      function (value) {
        const end = value ? begin(`${this.localName} ${value}`) : () => {};
        const done = () => {
          for (const type of ["load", "error"]) this.removeEventListener(type, done);
          end();
        };
        for (const type of ["load", "error"]) native.addEventListener.call(this, type, done);
        original.call(this, value);
        // A script or a style sheet outside the document loads nothing until it is put there.
        if (!(this instanceof HTMLImageElement) && !this.isConnected) waitForInsertion(this, done);
      },
  });
}
function waitForInsertion(element, giveUp) {
  queueMicrotask(() => {
    if (!element.isConnected) giveUp();
  });
}
trackLoading(HTMLImageElement.prototype, "src");
trackLoading(HTMLScriptElement.prototype, "src");
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
for (const name of ["Worker", "SharedWorker", "WebSocket", "EventSource", "RTCPeerConnection", "AudioContext"]) {
  const Original = window[name];
  if (!Original) continue;
  window[name] = new Proxy(Original, {
    construct(target, args, newTarget) {
      because(name);
      return Reflect.construct(target, args, newTarget);
    },
  });
}

/** Images that the markup or a style change brought in since the last frame. */
function trackImages() {
  for (const image of document.images) {
    if (image.complete || image.loading === "lazy" || watchedImages.has(image)) continue;
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

// What the page throws, with its place and its frame.
native.addEventListener.call(
  window,
  "error",
  (event) => {
    if (event.target !== window) {
      const address = event.target.currentSrc || event.target.src || event.target.href;
      if (address) warn(`${event.target.localName} ${address} could not be loaded.`);
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

function record(message, script, line, column) {
  if (master.errors.length < 100) master.errors.push({ message, script, line, column, frame: master.frame });
}

function warn(message) {
  if (master.warnings.length < 100 && !master.warnings.includes(message)) master.warnings.push(message);
}
