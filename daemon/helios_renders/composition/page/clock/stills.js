// What the browser moves by itself, out of the clock's reach: it is kept still, or a person has to know.
const CARET = still(":root { caret-animation: manual }");
const PROGRESS = still("progress:indeterminate { appearance: none !important }");
const PARTS = still(
  "::details-content, ::placeholder, ::file-selector-button, ::-webkit-slider-thumb, " +
    "::-webkit-slider-runnable-track, ::-webkit-progress-inner-element, ::-webkit-progress-bar, " +
    "::-webkit-progress-value, ::-webkit-meter-inner-element, ::-webkit-meter-bar, " +
    "::-webkit-meter-optimum-value, ::-webkit-meter-suboptimum-value, ::-webkit-meter-even-less-good-value, " +
    "::-webkit-color-swatch, ::-webkit-search-cancel-button, ::-webkit-calendar-picker-indicator " +
    "{ transition: none !important; animation: none !important }",
);
const HAVE_PARTS = "input, textarea, progress, meter, details";
const PART = /::(details-content|placeholder|file-selector-button|-webkit-(slider|progress|meter|color|search|calendar)[\w-]*)/;

function still(css) {
  return { css, sheets: new WeakMap() }; // document -> the style sheet that has the rule
}

function keepStill(root, { css, sheets }) {
  let sheet = sheets.get(document);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(document, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  return sheet;
}

function holdStill() {
  const { activeElement, body } = document;
  if (activeElement && activeElement !== body) keepStill(document, CARET);
  for (const root of everyRoot()) {
    for (const progress of root.querySelectorAll("progress:indeterminate")) {
      if (getComputedStyle(progress).appearance === "none") continue;
      keepStill(root, PROGRESS);
      warn("A <progress> without a value moves in real time in a browser, and stands still here.");
    }
    if (root.querySelector(HAVE_PARTS)) {
      keepStill(root, PARTS);
      warnOfAnimatedParts(root);
    }
    if (root.querySelector("marquee")) warn("A <marquee> plays in real time and not with the composition.");
  }
}

const rulesSeen = new WeakMap(); // root -> how many rules it had at the last look
function warnOfAnimatedParts(root) {
  const rules = [...root.styleSheets, ...root.adoptedStyleSheets].flatMap(rulesOf);
  if (rules.length === rulesSeen.get(root)) return;
  rulesSeen.set(root, rules.length);
  for (const part of new Set(rules.flatMap(withInner).flatMap(animatedParts))) {
    warn(`What is animated of ${part} is out of the clock's reach, and changes at once.`);
  }
}

function everyRule() {
  return [...everyRoot()].flatMap((root) => [...root.styleSheets, ...root.adoptedStyleSheets]).flatMap(rulesOf);
}

function withInner(rule) {
  return [rule, ...[...(rule.cssRules ?? [])].flatMap(withInner)];
}

function rulesOf(sheet) {
  try {
    return [...sheet.cssRules];
  } catch {
    return []; // of another origin, nobody may read them
  }
}

/** The part of a control that a rule animates, in a list. */
function animatedParts(rule) {
  const part = PART.exec(rule.selectorText)?.[0];
  const { transitionDuration = "", animationName = "" } = rule.style ?? {};
  return part && (/[1-9]/.test(transitionDuration) || !/^(none)?$/.test(animationName)) ? [part] : [];
}
