// Content that the browser leaves out while it is far away (`content-visibility: auto`), its animations too.
/** The browser looks as it draws, at where things were in the drawing before. */
const LOOKS_FOR_NEARNESS = 2;

function watchNearness(root) {
  const changed = ({ skipped }) => {
    master.looks = LOOKS_FOR_NEARNESS;
    master.needsNativeFrame = true;
    master.activity++;
    if (skipped) because("content-visibility: auto");
  };
  native.addEventListener.call(root, "contentvisibilityautostatechange", changed, true);
}
watchNearness(document);

/** Animations that begin as something comes into view (`animation-trigger`) need the browser's looks too. */
function findTriggers() {
  if (!everyRule().some(({ cssText }) => /\b(timeline|animation)-trigger:/.test(cssText))) return;
  master.looks = LOOKS_FOR_NEARNESS;
  because("animation-trigger");
}
