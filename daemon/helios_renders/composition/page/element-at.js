// Which element a person sees at a point of the page, as a short selector; looks into frames and shadow roots.
(x, y) => {
  const topmost = (root, left, top) => {
    // What lets the pointer through is seen all the same; an adopted sheet leaves the document as it is.
    const sheet = new (root.defaultView ?? root.ownerDocument.defaultView).CSSStyleSheet();
    sheet.replaceSync("* { pointer-events: auto !important }");
    const sheets = root.adoptedStyleSheets;
    root.adoptedStyleSheets = [...sheets, sheet];
    try {
      return root.elementFromPoint(left, top);
    } finally {
      root.adoptedStyleSheets = sheets;
    }
  };
  const named = (element) => {
    const classes = [...element.classList].slice(0, 2).map((name) => `.${name}`);
    return element.localName + (element.id ? `#${element.id}` : classes.join(""));
  };

  let found = topmost(document, x, y);
  for (;;) {
    let inner = null;
    if (found?.shadowRoot) inner = topmost(found.shadowRoot, x, y);
    else if (found?.contentDocument) {
      const box = found.getBoundingClientRect();
      x -= box.left + found.clientLeft;
      y -= box.top + found.clientTop;
      inner = topmost(found.contentDocument, x, y);
    }
    if (!inner || inner === found) break;
    found = inner;
  }
  if (!found) return null;
  const parent = found.parentElement;
  const isRoot = !parent || found === found.ownerDocument.body;
  return found.id || isRoot ? named(found) : `${named(parent)} > ${named(found)}`;
}
