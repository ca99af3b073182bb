// What the page says of itself, for composition/probe.py. Called once it rests at frame 0.
() => {
  const metas = {};
  for (const meta of document.querySelectorAll('meta[name^="helios:"]')) metas[meta.name.slice(7)] = meta.content;
  const number = (value) => (Number.isFinite(Number(value)) && value !== null && value !== "" ? Number(value) : null);
  let state = null;
  let captions = [];
  try {
    const { helios } = window;
    const given = typeof helios?.getState === "function" ? helios.getState() : null;
    if (given) {
      state = {
        width: number(given.width ?? null),
        height: number(given.height ?? null),
        fps: number(given.fps ?? null),
        duration: number(given.duration ?? null),
      };
      captions = captionsOf(given);
    }
  } catch (error) {
    window.reportError(error);
  }
  const root = document.querySelector("[data-composition-id]");
  const hyperframes = root && {
    width: number(root.dataset.width ?? null),
    height: number(root.dataset.height ?? null),
    fps: number(root.dataset.fps ?? null),
    duration: number(root.dataset.duration ?? window.__hf?.duration ?? null),
  };
  const roots = [document, ...window.__heliosClock.local.shadowRoots.map((each) => each.deref()).filter(Boolean)];
  const animations = roots.flatMap((each) => each.getAnimations());
  const intervals = new Map(
    animations.flatMap(intervalsOf).map((interval) => [String(Object.values(interval)), interval]),
  );
  let longest = null;
  for (const animation of animations) {
    const end = Number(animation.effect?.getComputedTiming().endTime ?? Infinity);
    if (Number.isFinite(end) && end > (longest ?? 0)) longest = end;
  }
  const canvases = roots.flatMap((each) => [...each.querySelectorAll("canvas")]);
  const [canvas] = canvases;
  const box = canvas?.getBoundingClientRect();
  return {
    title: document.title,
    canvases: canvases.length,
    canvas: canvas
      ? {
          left: box.left,
          top: box.top,
          width: box.width,
          height: box.height,
          columns: canvas.width,
          rows: canvas.height,
          isFlat: window.__heliosClock.local.isFlat(canvas),
        }
      : null,
    drawsElements: typeof CanvasRenderingContext2D.prototype.drawElementImage === "function",
    hasVideos: window.__heliosClock.master.hasVideos,
    metas,
    state,
    hyperframes,
    longestAnimation: longest === null ? null : longest / 1000,
    reasons: window.__heliosClock.reasons(),
    intervals: [...intervals.values()],
    captions,
  };

  function captionsOf(given) {
    if (!Array.isArray(given.captions)) return [];
    return given.captions.map((each) => ({
      start: Number(each?.startTime),
      end: Number(each?.endTime),
      text: String(each?.text ?? ""),
    }));
  }

  /** The times between the borders of an animation's keyframes, in seconds of virtual time. */
  function intervalsOf({ effect, playState, playbackRate, startTime }) {
    const { delay, duration, direction, endTime } = effect?.getComputedTiming() ?? {};
    if (playState !== "running" || !(playbackRate > 0) || startTime === null || !(duration > 0)) return [];
    const at = (local) => (Number(startTime) + local / playbackRate) / 1000;
    const turned = direction.endsWith("reverse");
    const offsets = effect.getKeyframes?.().map(({ computedOffset: offset }) => (turned ? 1 - offset : offset)) ?? [];
    const borders = [...new Set([0, ...offsets, 1])].sort((a, b) => a - b).map((offset) => at(delay + offset * duration));
    const rounds = direction.startsWith("alternate") ? 2 : 1;
    return borders.slice(1).map((end, index) => ({
      start: borders[index],
      end,
      period: (rounds * duration) / playbackRate / 1000,
      until: Number.isFinite(endTime) ? at(endTime) : null,
    }));
  }
}
