// What a page sees of a context of Web Audio, and what has to be loaded before one can be rendered.
const spatialData = new Map(); // sample rate -> that its HRTF data is loaded
const seededWorklets = new WeakMap(); // audio worklet -> that the clock is in it
/**
 * Has the browser load what panners of the kind HRTF need. An offline rendering that waits for it can wait for ever;
 * a context in real time waits for nothing, and lets nothing be heard until it is there.
 */
function loadSpatialData({ sampleRate }) {
  if (spatialData.has(sampleRate)) return;
  const loading = track(spatialDataLoaded(sampleRate), "the data of HRTF panners");
  spatialData.set(sampleRate, loading);
  master.audioData.push(loading);
}

async function spatialDataLoaded(sampleRate) {
  const trial = Reflect.construct(RealContext, [{ sampleRate }]);
  const source = new ConstantSourceNode(trial);
  const panner = new PannerNode(trial);
  const analyser = new AnalyserNode(trial);
  nativePanner.setModel.call(panner, "HRTF");
  source.connect(panner).connect(analyser);
  source.start();
  const samples = new Float32Array(analyser.fftSize);
  const deadline = native.dateNow() + SPATIAL_MILLISECONDS;
  while (samples.every((sample) => sample === 0) && native.dateNow() < deadline) {
    await pause(10);
    analyser.getFloatTimeDomainData(samples);
  }
  await nativeClose.call(trial);
}
const SPATIAL_MILLISECONDS = 10_000;
const RealContext = window.AudioContext;
const nativeClose = nativeContext?.close;
const nativePanner = { setModel: window.PannerNode && setterOf(PannerNode.prototype, "panningModel") };
wrapAccessor(window.PannerNode?.prototype, "panningModel", {
  set: (original) =>
    function (model) {
      original.call(this, model);
      if (this.panningModel === "HRTF") loadSpatialData(this.context);
    },
});

/** Chance and dates in audio worklets, which have globals of their own. */
function seedWorklet(worklet) {
  if (!seededWorklets.has(worklet)) {
    const source = `${randomSource}
      Math.random = randomSource(${options.seed});
      Date.now = () => Math.floor(${options.epoch} + currentTime * 1000);`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const seeded = nativeAddModule.call(worklet, address).catch(() => {
      warn("A policy of the page keeps the clock out of its audio worklets: chance differs in them.");
    });
    seededWorklets.set(worklet, seeded.then(() => URL.revokeObjectURL(address)));
  }
  return seededWorklets.get(worklet);
}
const nativeAddModule = window.Worklet?.prototype.addModule;
wrapMethod(window.Worklet?.prototype, "addModule", (original) =>
  function (...given) {
    if (!window.AudioWorklet || !(this instanceof AudioWorklet)) return original.apply(this, given);
    return track(seedWorklet(this).then(() => original.apply(this, given)), `audio worklet ${given[0]}`);
  },
);
wrapMethod(baseContext, "decodeAudioData", (original) =>
  function (...given) {
    return track(original.apply(this, given), "decodeAudioData()");
  },
);
wrapMethod(OfflineContext?.prototype, "startRendering", (original) =>
  function (...given) {
    return track(original.apply(this, given), "OfflineAudioContext.startRendering()");
  },
);
wrapAccessor(baseContext, "state", {
  get: (original) =>
    function () {
      return voices.get(this)?.state ?? original.call(this);
    },
});
wrapAccessor(baseContext, "currentTime", {
  get: (original) =>
    function () {
      const voice = voices.get(this);
      return voice ? frameOf(voice) / voice.rate : original.call(this);
    },
});

function dressContexts() {
  const { prototype } = window.AudioContext;
  const silent = { get: () => () => null, set: () => () => undefined };
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (get) wrapAccessor(prototype, name, silent); // the browser's own know nothing of such a context
  }
  for (const name of ["baseLatency", "outputLatency"]) wrapAccessor(prototype, name, { get: () => () => 0 });
  wrapAccessor(prototype, "sinkId", { get: () => () => "" });
  const changes = { resume: "running", suspend: "suspended", close: "closed" };
  for (const [name, state] of Object.entries(changes)) {
    wrapMethod(prototype, name, () =>
      function () {
        return changeState(voices.get(this), state);
      },
    );
  }
  wrapMethod(prototype, "setSinkId", () => () => Promise.resolve());
  wrapMethod(prototype, "getOutputTimestamp", () =>
    function () {
      return { contextTime: this.currentTime, performanceTime: now() };
    },
  );
  const dressed = new Proxy(window.AudioContext, {
    construct: (_, [settings], newTarget) => openContext(settings, newTarget.prototype),
  });
  prototype.constructor = dressed;
  for (const name of ["AudioContext", "webkitAudioContext"]) if (window[name]) window[name] = dressed;
  window.PannerNode = new Proxy(PannerNode, {
    construct(target, given, newTarget) {
      const panner = Reflect.construct(target, given, newTarget);
      if (panner.panningModel === "HRTF") loadSpatialData(panner.context);
      return panner;
    },
  });
}
if (window.AudioContext && OfflineContext) dressContexts();
