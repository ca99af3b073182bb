// What the page says of itself, for composition/probe.py. Called once it rests at frame 0.
() => {
  const metas = {};
  for (const meta of document.querySelectorAll('meta[name^="helios:"]')) metas[meta.name.slice(7)] = meta.content;
  const number = (value) => (Number.isFinite(Number(value)) && value !== null && value !== "" ? Number(value) : null);
  let state = null;
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
  let longest = null;
  for (const animation of roots.flatMap((each) => each.getAnimations())) {
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
        }
      : null,
    drawsElements: typeof CanvasRenderingContext2D.prototype.drawElementImage === "function",
    metas,
    state,
    hyperframes,
    longestAnimation: longest === null ? null : longest / 1000,
    reasons: window.__heliosClock.reasons(),
  };
}
