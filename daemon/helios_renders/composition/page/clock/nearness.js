// Content that the browser leaves out while it is far away (`content-visibility: auto`), its animations too.
/** What moved in a drawing is seen to be near in the next one, and only then shown. */
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

/** Animations that begin as something comes into view (`animation-trigger`) need the same looks. */
function findTriggers(rules) {
  if (!rules.some(({ style }) => /\b(timeline|animation)-trigger:/.test(style?.cssText))) return;
  master.looks = LOOKS_FOR_NEARNESS;
  because("animation-trigger");
}
