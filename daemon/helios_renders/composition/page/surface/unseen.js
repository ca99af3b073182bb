// A page that is rendered is on no screen, and yet the browser composes it for one, sixty times a second.
// Of what cannot be seen at all nothing is composed, and the page draws its frames as ever.
const UNSEEN = "html { opacity: 0 !important; will-change: opacity !important }";
const AT_ONCE = "html { transition-duration: 0s !important; transition-delay: 0s !important }";
let unseenSheet;

/** Does some work while the browser composes nothing of this document, unless the clock says that it has to. */
async function unseen({ master, local }, work) {
  const { adoptedStyleSheets: sheets, documentElement: root } = document;
  const { transitionDelay, transitionDuration } = getComputedStyle(root);
  // A transition would be the page's to hear of, and would show what should not be seen.
  if (master.isSeen || !/^[0s, ]*$/.test(transitionDelay + transitionDuration)) return work();
  if (!unseenSheet) {
    unseenSheet = new CSSStyleSheet();
    local.ownSheets.add(unseenSheet);
  }
  const settle = () => getComputedStyle(root).opacity;
  const show = () => {
    // Between two looks of its own, so that no transition that the page has given its root by now takes it up.
    settle();
    unseenSheet.replaceSync(AT_ONCE);
    settle();
    // A page may keep the sheet among its own.
    unseenSheet.replaceSync("");
    if (sheets.includes(unseenSheet)) sheets.splice(sheets.indexOf(unseenSheet), 1);
  };
  unseenSheet.replaceSync(UNSEEN);
  sheets.push(unseenSheet);
  master.onSeen = show;
  try {
    return await work();
  } finally {
    master.onSeen = null;
    show();
  }
}
