// What <use> shows are copies whose animations nothing can reach, but they have the styles of their originals:
// each animation is paused, and delayed by less and less.
const NOW = "--helios-now";
const COPY = "data-helios-copy";
const times = still(`:root { ${NOW}: 0ms }`); // and a rule for each original
const originals = new WeakMap(); // original -> { names, rule }, its animations and how they are delayed

function moveUses() {
  const uses = document.getElementsByTagNameNS("http://www.w3.org/2000/svg", "use");
  if (!uses.length) return;
  for (const original of new Set(originalsOf(uses))) followNow(original);
  if (!local.hasMovingUses) return;
  keepStill(times);
  times.sheets.get(document).cssRules[0].style.setProperty(NOW, `${now()}ms`);
}

/** What is only seen in copies; an original that is seen itself is in the clock's hand. */
function* originalsOf(uses) {
  for (const use of uses) {
    const target = document.getElementById(use.href.baseVal.replace(/^#/, ""));
    if (!target?.closest("defs, symbol")) continue;
    yield target;
    yield* target.querySelectorAll("*");
  }
}

function followNow(original) {
  const known = originals.get(original);
  const { animationName: names } = getComputedStyle(original);
  if (names === (known?.names ?? "none")) return;
  const rule = known?.rule ?? ruleFor(original);
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

function ruleFor(original) {
  local.hasMovingUses = true;
  keepStill(times);
  const { cssRules } = times.sheets.get(document);
  const number = cssRules.length;
  original.setAttribute(COPY, number);
  times.sheets.get(document).insertRule(`[${COPY}="${number}"] {}`, number);
  return cssRules[number];
}
