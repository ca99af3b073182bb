// What of the composition can look different from what was drawn last, when nothing but animations moved.
// Every doubt is answered with null: all of it. What is wrong in spite of that shows in `isAsDrawnWhole`.

/** Properties that change no more than the ink of their element and of what is in it. */
const HARMLESS = new Set(
  ("transform translate rotate scale offsetDistance opacity visibility clipPath color backgroundColor " +
    "backgroundImage backgroundSize backgroundRepeat backgroundAttachment backgroundClip backgroundOrigin " +
    "borderTopColor borderRightColor borderBottomColor borderLeftColor textDecorationColor " +
    "backgroundPositionX backgroundPositionY").split(" "),
);
/** Of these, what looks equal by its computed value is equal; numbers are rounded there. */
const NAMED = new Set([...HARMLESS].filter((name) => /color|visibility/i.test(name)));
const NO_PROPERTY = new Set(["offset", "computedOffset", "easing", "composite"]);
const MOVES_BY_ITSELF = "video, audio, iframe, frame, object, embed, marquee, progress, canvas, animate, set, " +
  "animateTransform, animateMotion, dialog[open], [popover], input:focus, textarea:focus, [contenteditable]";
const MAX_ELEMENTS = 400;
/** The largest share of the picture that may be in motion for its areas to be worth following. */
const MAX_SHARE = 0.25;

class Damage {
  #view;
  #document;
  #clock;
  #observer;
  #mutated = false;
  #activity = null;
  #moving = new Map(); // animation -> { target, names, harmless, key, ink } as drawn last
  #bodies = new Map(); // target -> the elements whose ink is its own, or null where that is not known
  #calm = false; // whether nothing but animations moves the page

  constructor(view) {
    this.#view = view;
    this.#document = view.document;
    this.#clock = view.__heliosClock;
    const observer = new MutationObserver(() => {
      this.#mutated = true;
    });
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(this.#document, all);
    this.#observer = observer;
  }

  /** Whether so little moves on the page that only that should be drawn; to be asked at time 0. */
  isWorthFollowing() {
    this.areas();
    const { innerWidth: width, innerHeight: height } = this.#view;
    let share = 0;
    for (const { harmless, ink } of this.#moving.values()) {
      if (!harmless || !ink) return false;
      share += Math.min(1, (ink[2] - ink[0]) / width) * Math.min(1, (ink[3] - ink[1]) / height);
    }
    return this.#calm && share <= MAX_SHARE;
  }

  /** The areas, as [left, top, right, bottom] in CSS pixels, that changed since the last call; null for all. */
  areas() {
    if (this.#observer.takeRecords().length) this.#mutated = true;
    const anew = this.#mutated || this.#clock.master.activity !== this.#activity;
    this.#mutated = false;
    this.#activity = this.#clock.master.activity;
    if (anew) {
      this.#bodies.clear();
      this.#calm = this.#isCalm();
    }
    const before = this.#moving;
    this.#moving = new Map();
    if (!this.#calm) return null;
    const scales = new Map();
    const areas = [];
    for (const animation of this.#document.getAnimations()) {
      const known = before.get(animation);
      const state = this.#stateOf(animation, known, scales);
      this.#moving.set(animation, state);
      before.delete(animation);
      if (known?.key !== state.key) areas.push(...changeOf(known, state));
    }
    for (const known of before.values()) {
      areas.push(...changeOf(known, { ...known, ink: this.#inkOf(known.target, scales) }));
    }
    return anew || areas.includes(null) ? null : areas;
  }

  #stateOf(animation, known, scales) {
    const { effect } = animation;
    const names = known?.names ?? namesOf(effect);
    const harmless = known?.harmless ?? isHarmless(animation, names);
    const ink = harmless ? this.#inkOf(effect.target, scales) : null;
    return { target: effect.target, names, harmless, key: this.#keyOf(animation, names), ink };
  }

  #isCalm() {
    const { helios, lottie, bodymovin, __hf, __timelines, __helios_gsap_timeline__ } = this.#view;
    if (helios || lottie || bodymovin || __hf || __timelines || __helios_gsap_timeline__) return false;
    if (this.#clock.reasons().length || this.#clock.master.pending.size) return false;
    const { hasMovingUses, shadowRoots } = this.#clock.local;
    if (hasMovingUses || shadowRoots.length || this.#document.querySelector(MOVES_BY_ITSELF)) return false;
    for (const image of this.#document.images) {
      if (/\.(gif|webp|apng)([?#]|$)|^data:image\/(gif|webp|apng)/i.test(image.currentSrc)) return false;
    }
    for (const element of this.#document.querySelectorAll("*")) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = this.#view.getComputedStyle(element, pseudo);
        if (pseudo && isEmpty(style)) continue;
        if (style.backdropFilter !== "none" || (style.anchorName ?? "none") !== "none") return false;
        if (style.zoom !== "1" || /\.(gif|webp|apng)\b/i.test(style.backgroundImage)) return false;
      }
    }
    return true;
  }

  /** Equal for two moments at which the animation does the same to its target. */
  #keyOf(animation, names) {
    if (names.every((name) => NAMED.has(name))) {
      const style = this.#view.getComputedStyle(animation.effect.target, animation.effect.pseudoElement);
      return names.map((name) => style[name]).join();
    }
    return animation.effect.getComputedTiming().progress;
  }

  /** [left, top, right, bottom] around all that an element and what is in it can paint; null where unknown. */
  #inkOf(target, scales) {
    if (!this.#bodies.has(target)) this.#bodies.set(target, this.#bodyOf(target));
    const body = this.#bodies.get(target);
    if (!body) return null;
    const ink = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { element, text, outset } of body) {
      const scale = this.#scaleOf(element, scales);
      if (scale === null) return null;
      for (const box of [element.getBoundingClientRect(), text?.getBoundingClientRect()]) {
        if (!box || (box.width === 0 && box.height === 0)) continue;
        ink[0] = Math.min(ink[0], box.left - outset * scale);
        ink[1] = Math.min(ink[1], box.top - outset * scale);
        ink[2] = Math.max(ink[2], box.right + outset * scale);
        ink[3] = Math.max(ink[3], box.bottom + outset * scale);
      }
    }
    return ink;
  }

  #bodyOf(target) {
    if (!(target instanceof this.#view.HTMLElement)) return null;
    if (target === this.#document.documentElement || target === this.#document.body) return null;
    for (let above = target.parentElement; above; above = above.parentElement) {
      const { filter, webkitBoxReflect } = this.#view.getComputedStyle(above);
      if (filter !== "none" || isSet(webkitBoxReflect)) return null;
    }
    const body = [];
    for (const element of [target, ...target.querySelectorAll("*")]) {
      if (element.ownerSVGElement) continue; // its outermost <svg> clips it
      const style = this.#view.getComputedStyle(element);
      const text = textOf(element);
      const outset = this.#outsetOf(element, style, text !== null);
      if (outset === null || body.length === MAX_ELEMENTS) return null;
      body.push({ element, text, outset });
    }
    return body;
  }

  /** How far an element paints beyond its boxes, in its own pixels; null where unknown. */
  #outsetOf(element, style, hasText) {
    if (style.filter !== "none" || isSet(style.borderImageSource) || isSet(style.webkitBoxReflect)) return null;
    if (style.perspective !== "none" || style.transformStyle === "preserve-3d") return null;
    if (element.localName === "svg" && !/^(hidden|clip)$/.test(style.overflow)) return null;
    for (const pseudo of ["::before", "::after"]) {
      if (!isEmpty(this.#view.getComputedStyle(element, pseudo))) return null;
    }
    const size = Number.parseFloat(style.fontSize);
    const outline = style.outlineStyle === "none" ? 0 : pixels(style.outlineWidth) + pixels(style.outlineOffset);
    let text = style.display.includes("list-item") ? 3 * size : 0;
    if (hasText) {
      text += size + pixels(style.textUnderlineOffset) + pixels(style.textDecorationThickness);
      text += pixels(style.webkitTextStrokeWidth) + reachOf(style.textShadow);
    }
    return Math.max(reachOf(style.boxShadow), outline, text);
  }

  /** At most how many pixels of the picture one pixel of an element is long; null where depth comes into it. */
  #scaleOf(element, scales) {
    if (!element) return 1;
    if (!scales.has(element)) {
      const above = this.#scaleOf(element.parentElement, scales);
      const { transform, scale, perspective, transformStyle } = this.#view.getComputedStyle(element);
      const flat = !transform.startsWith("matrix3d") && perspective === "none" && transformStyle === "flat";
      const [a, b, c, d] = transform === "none" ? [1, 0, 0, 1] : numbers(transform);
      const factors = scale === "none" ? [1] : numbers(scale).map(Math.abs);
      scales.set(element, above === null || !flat ? null : above * stretchOf(a, b, c, d) * Math.max(...factors));
    }
    return scales.get(element);
  }
}

/** The areas of an animation's target before and after; [null] where they are unknown. */
function changeOf(known, state) {
  return known?.ink && state.ink && state.harmless ? [known.ink, state.ink] : [null];
}

/** The spectral norm of a matrix: the longest that it makes anything of length 1. */
function stretchOf(a, b, c, d) {
  const sum = a * a + b * b + c * c + d * d;
  const determinant = a * d - b * c;
  return Math.sqrt((sum + Math.sqrt(Math.max(0, sum * sum - 4 * determinant * determinant))) / 2);
}

function namesOf(effect) {
  const names = effect.getKeyframes().flatMap((keyframe) => Object.keys(keyframe));
  return [...new Set(names)].filter((name) => !NO_PROPERTY.has(name));
}

function isHarmless({ effect, timeline }, names) {
  const onTime = Object.prototype.toString.call(timeline) === "[object DocumentTimeline]";
  return onTime && !effect.pseudoElement && names.every((name) => HARMLESS.has(name));
}

function isEmpty(style) {
  return style.content === "none" || style.content === "normal";
}

function isSet(value) {
  return value !== undefined && value !== "none" && value !== "";
}

function numbers(text) {
  return (text.match(/-?[\d.]+(e[-+]?\d+)?/gi) ?? []).map(Number);
}

function pixels(length) {
  return Math.abs(Number.parseFloat(length)) || 0;
}

/** How far shadows (computed: colour, then right, down, blur and, of boxes, spread) fall from what casts them. */
function reachOf(shadows) {
  const reaches = (shadows.match(/(-?[\d.]+px ?){2,4}/g) ?? []).map((shadow) => {
    const [right, down, blur = 0, spread = 0] = numbers(shadow);
    // A blur is a Gaussian of half its radius, which has faded at three times that.
    return Math.max(Math.abs(right), Math.abs(down)) + 1.5 * blur + Math.max(0, spread);
  });
  return Math.max(0, ...reaches);
}

function textOf(element) {
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return null;
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  return range;
}
