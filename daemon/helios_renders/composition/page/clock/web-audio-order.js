// The order in which sounds are added up. The browser adds what flows into one place in an order that follows from
// addresses in memory, and with three or more addends the last bits of the sum follow from that. Two are the same
// either way; so helper nodes make a tree of every sum, whose shape follows from the order of connections.
const links = new WeakMap(); // node -> the set of its connections
/** Context -> its connected nodes: when the browser has collected one, others can have fewer channels. */
const connected = new WeakMap();
const mixers = new WeakMap(); // node or parameter -> input -> its sum
const nativeNode = { connect: window.AudioNode?.prototype.connect, disconnect: window.AudioNode?.prototype.disconnect };

/** A place where at most `width` connections meet, each one a link or, above level 0, another junction. */
function makeJunction(width, level, node) {
  return { width, level, node, parts: [], used: 0, parent: null };
}

/** All that flows into one input of a node, or (input -1) into a parameter, which adds its own value too. */
class Mixer {
  constructor(target, input) {
    this.target = target;
    this.input = input;
    this.root = makeJunction(input < 0 ? 1 : 2, 0, null);
  }

  add(link) {
    const { source } = link;
    if (this.root.used === capacityOf(this.root)) this.#grow(source.context);
    let junction = this.root;
    while (junction.level > 0) junction = this.#roomIn(junction, source.context);
    junction.parts[freePlace(junction)] = link;
    link.junction = junction;
    for (let each = junction; each; each = each.parent) each.used++;
    this.#attach(source, link.output, junction);
  }

  remove(link) {
    const { source, junction } = link;
    junction.parts[junction.parts.indexOf(link)] = undefined;
    link.junction = null;
    for (let each = junction; each; each = each.parent) each.used--;
    this.#detach(source, link.output, junction);
  }

  /** What helpers have to take over when a target changes how it mixes channels. */
  adjust() {
    const visit = (junction) => {
      if (junction.node) {
        const { channelCount, channelInterpretation } = this.#mixing();
        nativeMixing.channelCount.set.call(junction.node, channelCount);
        if (channelInterpretation) junction.node.channelInterpretation = channelInterpretation;
      }
      if (junction.level > 0) junction.parts.forEach((part) => visit(part));
    };
    visit(this.root);
  }

  #roomIn(junction, context) {
    const found = junction.parts.find((part) => part.used < capacityOf(part));
    if (found) return found;
    const added = this.#helper(context, junction.level - 1);
    added.parent = junction;
    junction.parts.push(added);
    this.#attach(added.node, 0, junction);
    return added;
  }

  #grow(context) {
    const { root } = this;
    const lower = this.#helper(context, root.level);
    this.#attach(lower.node, 0, root);
    for (const part of root.parts) {
      const isLink = root.level === 0;
      const [source, output] = isLink ? [part.source, part.output] : [part.node, 0];
      this.#attach(source, output, lower);
      this.#detach(source, output, root);
      if (isLink) part.junction = lower;
      else part.parent = lower;
      lower.parts.push(part);
    }
    lower.used = root.used;
    lower.parent = root;
    root.parts = [lower];
    root.level++;
  }

  #helper(context, level) {
    return makeJunction(2, level, new GainNode(context, this.#mixing()));
  }

  #mixing() {
    if (this.input < 0) return { channelCount: 1, channelCountMode: "explicit" };
    const { channelInterpretation } = this.target;
    return { channelCount: inner(channelsOf(this.target)), channelCountMode: "explicit", channelInterpretation };
  }

  #attach(source, output, { node }) {
    if (node) nativeNode.connect.call(source, node, output);
    else nativeNode.connect.apply(source, this.#place(output));
  }

  #detach(source, output, { node }) {
    if (node) nativeNode.disconnect.call(source, node, output);
    else nativeNode.disconnect.apply(source, this.#place(output));
  }

  #place(output) {
    return this.input < 0 ? [this.target, output] : [this.target, output, this.input];
  }
}

function capacityOf({ width, level }) {
  return width * 2 ** level;
}

function freePlace({ parts, width }) {
  for (let place = 0; place < width; place++) if (!parts[place]) return place;
  throw new Error("a sum of sounds has no place left");
}

function mixerOf(target, input) {
  const inputs = mixers.get(target) ?? new Map();
  mixers.set(target, inputs);
  if (!inputs.has(input)) inputs.set(input, new Mixer(target, input));
  return inputs.get(input);
}

/** To be called when the browser has accepted a connection. */
function order(source, target, output, input) {
  const known = links.get(source) ?? new Set();
  links.set(source, known);
  const kept = connected.get(source.context) ?? new Set();
  connected.set(source.context, kept.add(source).add(target));
  if (input >= 0) widen(target, channelsOf(source).outgoing);
  const mixer = mixerOf(target, input);
  let link = [...known].find((each) => each.mixer === mixer && each.output === output);
  if (!link) {
    link = { source, mixer, output, junction: null };
    known.add(link);
    mixer.add(link);
  }
  wake(target);
  if (link.junction?.node) {
    nativeNode.disconnect.apply(source, input < 0 ? [target, output] : [target, output, input]);
  }
}

/** Lets nothing flow into a node any more. */
function quiet(node) {
  for (const { root } of mixers.get(node)?.values() ?? []) {
    for (const part of root.parts) if (part) nativeNode.disconnect.call(part.source ?? part.node);
  }
}

wrapMethod(window.AudioNode?.prototype, "connect", (original) =>
  function (...given) {
    const answer = original.apply(this, given);
    const [target, output, input] = given;
    order(this, target, Number(output ?? 0), answer === undefined ? -1 : Number(input ?? 0));
    return answer;
  },
);
wrapMethod(window.AudioNode?.prototype, "disconnect", (original) =>
  function (...given) {
    const isMeant = ({ mixer, output }) => {
      if (typeof given[0] !== "object") return given.length === 0 || output === Number(given[0]);
      const [target, from = output, input = mixer.input] = given;
      return mixer.target === target && output === Number(from) && mixer.input === Number(input);
    };
    const found = [...(links.get(this) ?? [])].filter(isMeant);
    if (!found.length) return original.apply(this, given); // which says what is wrong with that
    for (const link of found) {
      if (link.junction) link.mixer.remove(link);
      links.get(this).delete(link);
      letRest(link.mixer.target);
    }
    if (!links.get(this).size) connected.get(this.context).delete(this);
    return undefined;
  },
);
