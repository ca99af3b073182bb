// Libraries and contracts that take the time from whoever renders.
const hooks = {
  props: options.props,
  lagSmoothingOff: false,
  lottieTimes: new WeakMap(), // paused Lottie animations that the clock moves: animation -> the frame it set
};
window.__HELIOS_VIRTUAL_TIME__ = 0;
window.__HELIOS_PROPS__ = options.props;

const flatCanvases = new WeakSet();
/** Whether a canvas was asked for its 2D context, and so has no other. */
local.isFlat = (canvas) => flatCanvases.has(canvas);
wrapMethod(HTMLCanvasElement.prototype, "getContext", (original) =>
  function (...args) {
    const [type, attributes] = args;
    const readable = type === "2d" ? { willReadFrequently: true } : { preserveDrawingBuffer: true };
    const given = options.readableCanvas ? [type, { ...attributes, ...readable }] : args;
    const context = original.apply(this, given);
    if (context instanceof CanvasRenderingContext2D) flatCanvases.add(this);
    else if (context) mustBeSeen();
    return context;
  },
);

wrapMethod(HTMLCanvasElement.prototype, "transferControlToOffscreen", (original) =>
  function () {
    mustBeSeen();
    return original.call(this);
  },
);

function applyProps() {
  if (Object.keys(hooks.props).length) window.helios?.setInputProps?.(hooks.props);
}

function seekContracts() {
  const milliseconds = now();
  const seconds = milliseconds / 1000;
  window.__HELIOS_VIRTUAL_TIME__ = milliseconds;
  const { helios } = window;
  if (typeof helios?.seek === "function" && !helios.isVirtualTimeBound) {
    const fps = Number(helios.getState?.()?.fps ?? helios.fps?.value ?? helios.fps ?? options.fps);
    call(helios.seek, helios, [seconds * fps]);
  }
  const timeline = window.__helios_gsap_timeline__;
  if (typeof timeline?.seek === "function") call(timeline.seek, timeline, [seconds]);
  if (!hooks.lagSmoothingOff && typeof window.gsap?.ticker?.lagSmoothing === "function") {
    window.gsap.ticker.lagSmoothing(0); // at a low frame rate GSAP would take a frame for a lag
    hooks.lagSmoothingOff = true;
  }
  seekHyperframes(seconds);
  seekLottie(milliseconds);
}

/** HyperFrames: `__hf.seek(seconds)`, or paused GSAP time lines by composition id. */
function seekHyperframes(seconds) {
  const player = window.__hf;
  if (typeof player?.seek === "function") {
    call(player.seek, player, [seconds]);
    return;
  }
  for (const [id, timeline] of Object.entries(window.__timelines ?? {})) {
    if (typeof timeline?.seek !== "function") continue;
    const root = document.querySelector(`[data-composition-id="${CSS.escape(id)}"]`);
    const start = Number(root?.dataset.start ?? 0) || 0;
    call(timeline.seek, timeline, [Math.max(0, seconds - start)]);
  }
}

/** Lottie plays by itself in virtual time; one that is paused and that nobody moves is moved here. */
function seekLottie(milliseconds) {
  const player = window.lottie ?? window.bodymovin;
  for (const animation of player?.getRegisteredAnimations?.() ?? []) {
    if (!animation.isLoaded || !animation.isPaused || animation.autoplay) continue;
    const last = hooks.lottieTimes.get(animation) ?? 0;
    if (last === null || Math.abs(animation.currentRawFrame - last) > 1e-6) {
      hooks.lottieTimes.set(animation, null); // the page moves it
      continue;
    }
    const length = (animation.totalFrames / animation.frameRate) * 1000;
    const time = animation.loop === false ? Math.min(milliseconds, length - 1e-3) : milliseconds % length;
    call(animation.goToAndStop, animation, [time, false]);
    hooks.lottieTimes.set(animation, animation.currentRawFrame);
  }
}

async function waitUntilStable(deadline) {
  const { helios } = window;
  if (typeof helios?.waitUntilStable !== "function") return false;
  const end = begin("helios.waitUntilStable()");
  let rejected = null;
  Promise.resolve(call(helios.waitUntilStable, helios, [])).then(end, (error) => {
    rejected = { error };
    end();
  });
  await pendingDone(deadline);
  if (rejected) native.reportError(rejected.error);
  return true;
}
