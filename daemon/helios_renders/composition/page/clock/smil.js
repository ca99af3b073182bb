// SMIL: each outermost <svg> has a time line of its own, which a page can pause and move.
// clock: { birth, base, paused }, in milliseconds: at virtual time n its time is base + n - birth.
const svgClocks = new WeakMap();
const nativeSvg = {
  pause: SVGSVGElement.prototype.pauseAnimations,
  setTime: SVGSVGElement.prototype.setCurrentTime,
};
const smilTags = ["animate", "animateTransform", "animateMotion", "set"];
let smilLists = [];
function listSmil() {
  smilLists = smilTags.map((tag) => document.getElementsByTagNameNS("http://www.w3.org/2000/svg", tag));
}

function animatedSvgs() {
  const roots = new Set();
  const add = (element) => {
    let svg = element.ownerSVGElement;
    while (svg?.ownerSVGElement) svg = svg.ownerSVGElement;
    if (svg) roots.add(svg);
  };
  for (const list of smilLists) for (const element of list) add(element);
  for (const reference of shadowRoots) {
    for (const element of reference.deref()?.querySelectorAll(smilTags.join(",")) ?? []) add(element);
  }
  return roots;
}

function holdSvgs() {
  for (const svg of animatedSvgs()) {
    if (!svgClocks.has(svg)) takeSvg(svg);
  }
}

/** The clock of an <svg> that begins now, and which only this clock moves. */
function takeSvg(svg) {
  const clock = { birth: now(), base: 0, paused: false };
  svgClocks.set(svg, clock);
  nativeSvg.pause.call(svg);
  nativeSvg.setTime.call(svg, 0);
  return clock;
}

function svgTime(clock) {
  return clock.paused ? clock.base : clock.base + now() - clock.birth;
}

function syncSvgs() {
  for (const svg of animatedSvgs()) {
    const clock = svgClocks.get(svg);
    if (clock !== undefined) nativeSvg.setTime.call(svg, svgTime(clock) / 1000);
  }
}

// What scripts do to a time line, in virtual time; those of an <svg> within another move nothing.
for (const [name, act] of [
  ["pauseAnimations", (clock) => moveSvg(clock, svgTime(clock), true)],
  ["unpauseAnimations", (clock) => moveSvg(clock, svgTime(clock), false)],
  ["animationsPaused", (clock) => clock.paused],
  ["getCurrentTime", (clock) => svgTime(clock) / 1000],
  [
    "setCurrentTime",
    (clock, svg, seconds) => {
      nativeSvg.setTime.call(svg, seconds);
      moveSvg(clock, Math.max(0, seconds * 1000), clock.paused);
    },
  ],
]) {
  wrapMethod(SVGSVGElement.prototype, name, (original) =>
    function (...args) {
      if (this.ownerSVGElement) return original.apply(this, args);
      return act(svgClocks.get(this) ?? takeSvg(this), this, ...args);
    },
  );
}

function moveSvg(clock, time, paused) {
  Object.assign(clock, { base: time, birth: now(), paused });
}
