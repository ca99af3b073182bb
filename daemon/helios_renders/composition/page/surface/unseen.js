// A page that is rendered is on no screen, and yet the browser composes it for one, sixty times a second.
// Of what cannot be seen at all nothing is composed, and the page draws its frames as ever.
const UNSEEN = "html { opacity: 0 !important; will-change: opacity !important }";
let unseenSheet;

/** Does some work while the browser composes nothing of a document, unless videos need it to show their pictures. */
async function unseen(document, master, work) {
  const { CSSStyleSheet, getComputedStyle } = document.defaultView;
  const sheets = document.adoptedStyleSheets;
  // A transition would be the page's to hear of, and would show what should not be seen.
  const isCalm = /^[0s, ]*$/.test(getComputedStyle(document.documentElement).transitionDuration);
  if (master.hasVideos || !isCalm) return work();
  if (!unseenSheet) {
    unseenSheet = new CSSStyleSheet();
    unseenSheet.replaceSync(UNSEEN);
  }
  const show = () => {
    const place = sheets.indexOf(unseenSheet);
    if (place >= 0) sheets.splice(place, 1);
  };
  sheets.push(unseenSheet);
  master.onVideo = show;
  try {
    return await work();
  } finally {
    master.onVideo = null;
    show();
  }
}
