// Style sheets: those of the page are looked through, and some of the clock's own are put beside them.
/** A style sheet to be put into documents and shadow roots. */
function sheetOf(css) {
  return { css, made: new WeakMap() }; // document -> its sheet, which no other document may have
}

const ownSheets = new WeakSet();
local.ownSheets = ownSheets;

/** Puts a sheet into a root, unless it is there, and answers it. */
function putSheet(root, { css, made }) {
  let sheet = made.get(document);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    made.set(document, sheet);
    ownSheets.add(sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  return sheet;
}

/** The elements of a name; a document keeps its list, so that asking costs nothing where there are none. */
function named(root, name) {
  return root.getElementsByTagName?.(name) ?? root.querySelectorAll(name);
}

const rulesSeen = new WeakMap(); // root -> how many rules it had at the last look
function lookThroughStyles() {
  for (const root of everyRoot()) {
    const sheets = [...root.styleSheets, ...root.adoptedStyleSheets].filter((sheet) => !ownSheets.has(sheet));
    const count = sheets.reduce((sum, sheet) => sum + rulesOf(sheet).length, 0);
    if (count === rulesSeen.get(root)) continue;
    rulesSeen.set(root, count);
    const rules = sheets.flatMap((sheet) => [...rulesOf(sheet)]).flatMap(withInner);
    const text = rules.map(({ style }) => style?.cssText).join("\n");
    warnOfAnimatedParts(rules);
    findTriggers(text);
    fixStyleChance(root, ANY_RANDOM.test(text) ? rules : []);
    warnOfAnimatedImages(imagesOf(text));
  }
}

function rulesOf(sheet) {
  try {
    return sheet?.cssRules ?? [];
  } catch {
    return []; // of another origin, nobody may read them
  }
}

/** A rule with all that are in it or imported by it. */
function withInner(rule) {
  return [rule, ...[...(rule.cssRules ?? []), ...rulesOf(rule.styleSheet)].flatMap(withInner)];
}

function imagesOf(text) {
  return [...text.matchAll(/url\("(data:image[^"]+)"\)/g)].map((match) => match[1]);
}
