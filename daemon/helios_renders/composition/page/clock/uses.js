// What <use> shows are copies whose animations nothing can reach, but they have the styles of their originals:
// each animation is paused, and delayed by less and less.
const NOW = "--helios-now";
const COPY = "data-helios-copy";
const times = still(`:root { ${NOW}: 0ms }`); // and a rule for each original
const originals = new WeakMap(); // original -> { names, rule }, its animations and how they are delayed

function moveUses() {
  for (const root of everyRoot()) {
    for (const original of new Set(originalsOf(root))) followNow(root, original);
  }
  if (local.hasMovingUses) keepStill(document, times).cssRules[0].style.setProperty(NOW, `${now()}ms`);
}

function* originalsOf(root) {
  for (const use of root.querySelectorAll("use")) {
    const target = root.getElementById(use.href.baseVal.replace(/^#/, ""));
    if (!target) continue;
    yield target;
    yield* target.querySelectorAll("*");
  }
}

function followNow(root, original) {
  const known = originals.get(original);
  const { animationName: names } = getComputedStyle(original);
  if (names === (known?.names ?? "none")) return;
  const rule = known?.rule ?? ruleFor(root, original);
  originals.set(original, { names, rule });
  // Of what has run already a pause keeps the time, so that all begins anew.
  rule.style.cssText = "animation-name: none !important";
  native.getAnimations.document.call(document);
  rule.style.cssText = "";
  const { animationDelay, animationPlayState } = getComputedStyle(original);
  const states = animationPlayState.split(", ");
  const delays = animationDelay.split(", ").map((delay, index) => {
    const moves = states[index % states.length] === "running";
    return moves ? `calc(${delay} + ${now()}ms - var(${NOW}))` : delay;
  });
  rule.style.cssText = `animation-delay: ${delays} !important; animation-play-state: paused !important`;
}

function ruleFor(root, original) {
  local.hasMovingUses = true;
  const sheet = keepStill(root, times);
  const number = sheet.cssRules.length;
  original.setAttribute(COPY, number);
  sheet.insertRule(`[${COPY}="${number}"] {}`, number);
  return sheet.cssRules[number];
}
