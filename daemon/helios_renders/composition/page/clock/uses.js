// What <use> shows are copies whose animations nothing can reach, but they have the styles of their originals:
// each animation is paused, and delayed by less and less. Originals that are seen themselves are left alone.
const NOW = "--helios-now";
const ORIGINAL = "data-helios-original";
const delays = sheetOf(`:root { ${NOW}: 0ms }`); // and a rule for each original
const originals = new WeakMap(); // original -> { names, rule }, its animations and how they are delayed

function moveUses() {
  for (const root of everyRoot()) {
    for (const original of new Set(originalsOf(root))) followNow(root, original);
    if (!local.hasMovingUses) continue;
    putSheet(root, delays);
    for (const clone of root.querySelectorAll(`[${ORIGINAL}]`)) {
      if (!originals.has(clone)) clone.removeAttribute(ORIGINAL);
    }
  }
  if (local.hasMovingUses) putSheet(document, delays).cssRules[0].style.setProperty(NOW, `${now()}ms`);
}

function* originalsOf(root) {
  for (const use of named(root, "use")) {
    if (!(use instanceof SVGUseElement)) continue;
    const target = root.getElementById(use.href.baseVal.replace(/^#/, ""));
    if (!(target instanceof SVGElement)) continue;
    yield target;
    yield* target.querySelectorAll("*");
  }
}

function followNow(root, original) {
  const known = originals.get(original);
  const { animationName: names } = getComputedStyle(original);
  if (names === (known?.names ?? "none")) return;
  if (!original.closest("defs, symbol")) {
    warn("What <use> shows of something that moves and is seen itself plays in real time: put it into <defs>.");
    return;
  }
  const rule = known?.rule ?? ruleFor(root, original);
  originals.set(original, { names, rule });
  // Of what has run already a pause keeps the time, so that all begins anew.
  rule.style.cssText = "animation-name: none !important";
  native.getAnimations.document.call(document);
  rule.style.cssText = "";
  rule.style.cssText = delayed(getComputedStyle(original), names.split(", ").length);
}

function delayed({ animationDelay, animationPlayState }, count) {
  const states = animationPlayState.split(", ");
  const times = animationDelay.split(", ");
  const found = Array.from({ length: count }, (_, index) => {
    const time = times[index % times.length];
    return states[index % states.length] === "running" ? `calc(${time} + ${now()}ms - var(${NOW}))` : time;
  });
  return `animation-delay: ${found} !important; animation-play-state: paused !important`;
}

function ruleFor(root, original) {
  local.hasMovingUses = true;
  const sheet = putSheet(root, delays);
  const number = sheet.cssRules.length;
  original.setAttribute(ORIGINAL, number);
  sheet.insertRule(`[${ORIGINAL}="${number}"] {}`, number);
  return sheet.cssRules[number];
}
