// SMIL: each outermost <svg> has a time line of its own.
const svgBirths = new WeakMap();
const smilTags = ["animate", "animateTransform", "animateMotion", "set"];
let smilLists = [];
function listSmil() {
  smilLists = smilTags.map((tag) => document.getElementsByTagNameNS("http://www.w3.org/2000/svg", tag));
}

function animatedSvgs() {
  const roots = new Set();
  const add = (element) => {
    let svg = element.ownerSVGElement;
    while (svg?.ownerSVGElement) svg = svg.ownerSVGElement;
    if (svg) roots.add(svg);
  };
  for (const list of smilLists) for (const element of list) add(element);
  for (const reference of shadowRoots) {
    for (const element of reference.deref()?.querySelectorAll(smilTags.join(",")) ?? []) add(element);
  }
  return roots;
}

function holdSvgs() {
  for (const svg of animatedSvgs()) {
    if (svgBirths.has(svg)) continue;
    svgBirths.set(svg, now());
    svg.pauseAnimations();
    svg.setCurrentTime(0);
  }
}

function syncSvgs() {
  for (const svg of animatedSvgs()) {
    const birth = svgBirths.get(svg);
    if (birth !== undefined) svg.setCurrentTime((now() - birth) / 1000);
  }
}
