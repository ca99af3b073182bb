// Content that the browser leaves out while it is far away (`content-visibility: auto`), its animations too.
/** What moved in a drawing is seen to be near in the next one, and only then shown. */
const LOOKS_FOR_NEARNESS = 2;

/** Lets every frame take so many native ones. */
function needLooks(count) {
  master.looks = Math.max(master.looks, count);
}

function watchNearness(root) {
  const changed = ({ skipped }) => {
    needLooks(LOOKS_FOR_NEARNESS);
    master.needsNativeFrame = true;
    master.activity++;
    if (skipped) because("content-visibility: auto");
  };
  native.addEventListener.call(root, "contentvisibilityautostatechange", changed, true);
}

/** Animations that begin as something comes into view (`animation-trigger`) need the same looks. */
function findTriggers(text) {
  if (!/\b(timeline|animation)-trigger:/.test(text)) return;
  needLooks(LOOKS_FOR_NEARNESS);
  because("animation-trigger");
}
