// Chance in style sheets, random(): the browser throws its dice anew whenever a page is loaded.
const RANDOM = /\brandom\((?!\s*fixed\b)\s*((?:(?:auto|element-scoped|property-scoped|property-index-scoped|ua-[\w-]+|--[\w-]+)\s*)+,)?/g;
const ANY_RANDOM = /\brandom\((?!\s*fixed\b)/;

/** Gives each random() that is written somewhere a number of its own, and each of an element's siblings another. */
function fixStyleChance() {
  const draw = randomSource(options.seed ^ 0x7f4a7c15);
  const named = new Map();
  const baseOf = (words = "") => {
    const name = /--[\w-]+/.exec(words)?.[0];
    if (!name) return `fixed mod(${draw()} + 0.618034 * sibling-index(), 1)`;
    if (!named.has(name)) named.set(name, draw());
    const shift = words.includes("element-scoped") ? "0.618034 * sibling-index()" : "0";
    return `fixed mod(${named.get(name)} + ${shift}, 1)`;
  };
  const inline = [...everyRoot()].flatMap((root) => [...root.querySelectorAll('[style*="random("]')]);
  for (const { style } of [...everyRule().flatMap(withInner), ...inline]) {
    if (!style || !ANY_RANDOM.test(style.cssText)) continue;
    for (const property of [...style]) {
      const value = style.getPropertyValue(property);
      if (!ANY_RANDOM.test(value)) continue;
      const fixed = value.replace(RANDOM, (_, words) => `random(${baseOf(words)}, `);
      style.setProperty(property, fixed, style.getPropertyPriority(property));
    }
  }
}
