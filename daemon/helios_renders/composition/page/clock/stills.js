// What the browser moves by itself, out of the clock's reach: it is kept still, or a person has to know.
const CARET = sheetOf(":root { caret-animation: manual }");
const PROGRESS = sheetOf("progress:indeterminate { appearance: none !important }");
const PARTS = sheetOf(
  "::details-content, ::placeholder, ::file-selector-button, ::-webkit-slider-thumb, " +
    "::-webkit-slider-runnable-track, ::-webkit-progress-inner-element, ::-webkit-progress-bar, " +
    "::-webkit-progress-value, ::-webkit-meter-inner-element, ::-webkit-meter-bar, " +
    "::-webkit-meter-optimum-value, ::-webkit-meter-suboptimum-value, ::-webkit-meter-even-less-good-value, " +
    "::-webkit-color-swatch, ::-webkit-search-cancel-button, ::-webkit-calendar-picker-indicator " +
    "{ transition: none !important; animation: none !important }",
);
const HAVE_PARTS = ["input", "textarea", "progress", "meter", "details"];
const PART =
  /::(details-content|placeholder|file-selector-button|-webkit-(slider|progress|meter|color|search|calendar)[\w-]*)/;

function holdStill() {
  const { activeElement, body, designMode } = document;
  const isTyping = activeElement !== body || body?.isContentEditable || designMode === "on";
  if (activeElement && isTyping) putSheet(document, CARET);
  for (const root of everyRoot()) {
    for (const progress of named(root, "progress")) {
      if (progress.position >= 0 || getComputedStyle(progress).appearance === "none") continue;
      putSheet(root, PROGRESS);
      warn("A <progress> without a value moves in real time in a browser, and stands still here.");
    }
    if (HAVE_PARTS.some((name) => named(root, name).length)) putSheet(root, PARTS);
    if (named(root, "marquee").length) warn("A <marquee> plays in real time and not with the composition.");
  }
}

function warnOfAnimatedParts(rules) {
  for (const { selectorText, style } of rules) {
    const part = PART.exec(selectorText)?.[0];
    const { transitionDuration = "", animationName = "" } = style ?? {};
    if (!part || (!/[1-9]/.test(transitionDuration) && /^(none)?$/.test(animationName))) continue;
    warn(`What is animated of ${part} is out of the clock's reach, and changes at once.`);
  }
}
