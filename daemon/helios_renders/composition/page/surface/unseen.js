// A page that is rendered is on no screen, and yet the browser composes it for one, sixty times a second.
// Of what cannot be seen at all nothing is composed, and the page draws its frames as ever.
const UNSEEN = "html { opacity: 0 !important; will-change: opacity !important }";
const AT_ONCE = "html { transition: none !important }";
let unseenSheet;

/** Does some work while the browser composes nothing of a document, unless its clock says that it has to. */
async function unseen(document, { master, local }, work) {
  const { CSSStyleSheet, getComputedStyle } = document.defaultView;
  const { adoptedStyleSheets: sheets, documentElement: root } = document;
  // A transition would be the page's to hear of, and would show what should not be seen.
  const isCalm = () => {
    const { transitionDelay, transitionDuration } = getComputedStyle(root);
    return /^[0s, ]*$/.test(transitionDelay + transitionDuration);
  };
  if (master.isSeen || !isCalm()) return work();
  if (!unseenSheet) {
    unseenSheet = new CSSStyleSheet();
    local.ownSheets.add(unseenSheet);
  }
  unseenSheet.replaceSync(UNSEEN);
  const show = () => {
    const place = sheets.indexOf(unseenSheet);
    if (place < 0) return;
    if (!isCalm()) {
      unseenSheet.replaceSync(AT_ONCE);
      getComputedStyle(root).opacity; // now, and not together with what comes next
    }
    sheets.splice(place, 1);
  };
  sheets.push(unseenSheet);
  master.onSeen = show;
  try {
    return await work();
  } finally {
    master.onSeen = null;
    show();
  }
}
