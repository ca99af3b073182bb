// How many channels flow where. The browser follows this from moment to moment, in an order that follows from
// addresses in memory, and filters and delays lose what they hold whenever it changes. So each node is told how many
// channels it has: as many as have ever flowed into it.
const channels = new WeakMap(); // node -> its record
const nativeMixing = {};
for (const name of ["channelCount", "channelCountMode"]) {
  if (window.AudioNode) {
    nativeMixing[name] = { get: getterOf(AudioNode.prototype, name), set: setterOf(AudioNode.prototype, name) };
  }
}
/** Those whose channels follow from what flows in, and that can be told. */
const TOLD = ["Gain", "Delay", "BiquadFilter", "IIRFilter", "WaveShaper", "Panner", "StereoPanner", "Convolver"];
const toldKinds = [...TOLD, "DynamicsCompressor"].map((name) => window[`${name}Node`]).filter(Boolean);
const processorOutputs = new WeakMap(); // node with a processor of the page's -> its channels, where that is fixed

/** The count and the mode that the page has chosen, and the most channels that ever flowed in and out. */
function channelsOf(node) {
  let record = channels.get(node);
  if (!record) {
    const [count, mode] = ["channelCount", "channelCountMode"].map((name) => nativeMixing[name].get.call(node));
    record = { count, mode, incoming: 1, told: null, outgoing: 1 };
    channels.set(node, record);
    record.outgoing = outgoing(node, record);
  }
  return record;
}

/** As the Web Audio API computes the number of channels of an input. */
function inner({ count, mode, incoming }) {
  if (mode === "explicit") return count;
  return mode === "max" ? incoming : Math.min(incoming, count);
}

function outgoing(node, record) {
  const kind = (name) => window[name] && node instanceof window[name];
  if (kind("AudioBufferSourceNode")) return node.buffer?.numberOfChannels ?? 1;
  if (kind("AudioScheduledSourceNode") || kind("ChannelSplitterNode")) return 1;
  if (kind("ChannelMergerNode")) return node.numberOfInputs;
  if (kind("PannerNode") || kind("StereoPannerNode") || kind("DynamicsCompressorNode")) return 2;
  if (kind("ConvolverNode")) return Math.min(2, Math.max(inner(record), node.buffer?.numberOfChannels ?? 1));
  return processorOutputs.get(node) ?? inner(record);
}

/** To be called when so many channels begin to flow into a node, or when it has changed by itself. */
function widen(node, incoming = 1) {
  const record = channelsOf(node);
  record.incoming = Math.max(record.incoming, incoming);
  const count = inner(record);
  if (record.told !== count) {
    record.told = count;
    if (toldKinds.some((kind) => node instanceof kind)) {
      nativeMixing.channelCount.set.call(node, count);
      nativeMixing.channelCountMode.set.call(node, "explicit");
    }
    for (const mixer of mixers.get(node)?.values() ?? []) mixer.adjust();
  }
  const after = outgoing(node, record);
  if (after === record.outgoing) return;
  record.outgoing = after;
  for (const { mixer } of links.get(node) ?? []) if (mixer.input >= 0) widen(mixer.target, after);
}

for (const [name, field] of [
  ["channelCount", "count"],
  ["channelCountMode", "mode"],
]) {
  wrapAccessor(window.AudioNode?.prototype, name, {
    get: (original) =>
      function () {
        return channels.get(this)?.[field] ?? original.call(this);
      },
    set: (original) =>
      function (value) {
        const record = channelsOf(this);
        original.call(this, value); // which says what is wrong with it
        record[field] = nativeMixing[name].get.call(this);
        record.told = null;
        widen(this);
      },
  });
}
wrapAccessor(window.AudioNode?.prototype, "channelInterpretation", {
  set: (original) =>
    function (value) {
      original.call(this, value);
      for (const mixer of mixers.get(this)?.values() ?? []) mixer.adjust();
    },
});
for (const prototype of [window.AudioBufferSourceNode?.prototype, window.ConvolverNode?.prototype]) {
  wrapAccessor(prototype, "buffer", {
    set: (original) =>
      function (buffer) {
        original.call(this, buffer);
        if (channels.has(this)) widen(this);
      },
  });
}
wrapMethod(window.BaseAudioContext?.prototype, "createScriptProcessor", (original) =>
  function (...given) {
    const node = original.apply(this, given);
    processorOutputs.set(node, Number(given[2] ?? 2) || 1);
    return node;
  },
);
if (window.AudioWorkletNode) {
  window.AudioWorkletNode = new Proxy(AudioWorkletNode, {
    construct(target, given, newTarget) {
      const node = Reflect.construct(target, given, newTarget);
      const counts = given[2]?.outputChannelCount;
      if (counts) processorOutputs.set(node, Math.max(1, ...counts));
      else if (node.numberOfInputs !== 1 || node.numberOfOutputs !== 1) processorOutputs.set(node, 1);
      return node;
    },
  });
}
