// Where attributes put a <video> or <audio> on the composition's time line.

/** The state that an element's attributes give it, in local milliseconds and source seconds; null without any. */
function placementOf(element) {
  const { heliosOffset: offset, heliosSeek: seek } = element.dataset;
  if (offset !== undefined || seek !== undefined) {
    return { birth: numberOr(offset, 0) * 1000, base: numberOr(seek, 0), until: Infinity };
  }
  return element.dataset.start === undefined ? null : hyperframesPlacement(element);
}

/** HyperFrames: data-start, data-duration, data-media-start (or data-playback-start), data-playback-rate. */
function hyperframesPlacement(element) {
  if (!element.closest("[data-composition-id]")) return null;
  const { duration, mediaStart, playbackStart, playbackRate } = element.dataset;
  const start = clipStart(element);
  return {
    birth: start * 1000,
    base: numberOr(mediaStart ?? playbackStart, 0),
    until: (start + numberOr(duration, Infinity)) * 1000,
    rate: numberOr(playbackRate, element.defaultPlaybackRate),
  };
}

/** Seconds from the page's beginning to that of a clip, whose own start may name another: `intro + 0.5`. */
function clipStart(clip, seen = new Set()) {
  if (!clip || seen.has(clip)) return 0;
  seen.add(clip);
  const [, name, shift] = /^\s*([A-Za-z_][\w-]*)?\s*([-+]?\s*[\d.]+)?\s*$/.exec(clip.dataset.start ?? "") ?? [];
  const after = name === undefined ? null : document.getElementById(name);
  if (name !== undefined && !after) warn(`data-start="${clip.dataset.start}" names no element.`);
  const own = numberOr(shift?.replaceAll(" ", ""), 0);
  if (after) return clipStart(after, seen) + numberOr(after.dataset.duration, 0) + own;
  return clipStart(clip.parentElement?.closest("[data-composition-id]"), seen) + own;
}

function numberOr(text, otherwise) {
  const number = Number.parseFloat(text);
  return Number.isFinite(number) ? number : otherwise;
}
