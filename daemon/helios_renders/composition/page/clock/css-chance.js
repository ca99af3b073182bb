// Chance in style sheets, random(): the browser throws its dice anew whenever a page is loaded.
const KINDS = "auto|element-scoped|property-scoped|property-index-scoped|ua-[\\w-]+|--[\\w-]+";
const RANDOM = new RegExp(`\\brandom\\((?!\\s*fixed\\b)\\s*((?:(?:${KINDS})\\s*)+,)?`, "g");
const ANY_RANDOM = /\brandom\((?!\s*fixed\b)/;
const drawStyle = randomSource(options.seed ^ 0x7f4a7c15);
const namedChances = new Map();

/** Gives each random() that is written somewhere a number of its own, and each of an element's siblings another. */
function fixStyleChance(root, rules) {
  for (const { style } of [...rules, ...root.querySelectorAll('[style*="random("]')]) {
    if (!style || !ANY_RANDOM.test(style.cssText)) continue;
    for (const property of [...style]) {
      const value = style.getPropertyValue(property);
      if (!ANY_RANDOM.test(value)) continue;
      const fixed = value.replace(RANDOM, (_, words = "") => `random(${fixedChance(words)}, `);
      style.setProperty(property, fixed, style.getPropertyPriority(property));
    }
  }
}

function fixedChance(words) {
  const name = /--[\w-]+/.exec(words)?.[0];
  const isShared = name && !words.includes("element-scoped");
  if (name && !namedChances.has(name)) namedChances.set(name, drawStyle());
  const base = name ? namedChances.get(name) : drawStyle();
  return `fixed mod(${base} + ${isShared ? 0 : "0.618034 * sibling-index()"}, 1)`;
}
