// What is over: sources that have ended, and nodes that nothing flows into any more.
const scheduled = new WeakMap(); // source that was started -> its number, in the order of their starts
let lastScheduled = 0;
for (const prototype of [window.AudioScheduledSourceNode?.prototype, window.AudioBufferSourceNode?.prototype]) {
  if (!prototype || !Object.hasOwn(prototype, "start")) continue;
  wrapMethod(prototype, "start", (original) =>
    function (...given) {
      original.apply(this, given);
      if (scheduled.has(this)) return;
      scheduled.set(this, ++lastScheduled);
      native.addEventListener.call(this, "ended", noteEnd, true);
    },
  );
}

/** The browser tells of an end while it still renders: in a voice, scripts hear of it when that stands still. */
function noteEnd(event) {
  if (!event.isTrusted) return;
  const voice = voices.get(this.context);
  if (!voice) {
    releaseSource(this);
    return;
  }
  event.stopImmediatePropagation();
  voice.ended.push(this);
}

function tellEnds(voice) {
  const ended = voice.ended.splice(0).sort((one, other) => scheduled.get(one) - scheduled.get(other));
  for (const source of ended) {
    releaseSource(source);
    source.dispatchEvent(new Event("ended"));
  }
}

/** Frees the places of a source that has ended; the page may still disconnect it. */
function releaseSource(source) {
  connected.get(source.context)?.delete(source);
  for (const link of links.get(source) ?? []) {
    if (!link.junction) continue;
    link.mixer.remove(link);
    letRest(link.mixer.target);
  }
}

/** After how many seconds without any input those fall silent that can be taken out of the sum until they have one. */
const TAILS = { Gain: 0, StereoPanner: 0, Panner: 1, WaveShaper: 1, BiquadFilter: 30, IIRFilter: 30 };
const tails = Object.entries(TAILS).map(([name, seconds]) => [window[`${name}Node`], seconds]);

function inputsOf(node) {
  let count = 0;
  for (const { root } of mixers.get(node)?.values() ?? []) count += root.used;
  return count;
}

/** A page can have thousands of notes, none of which it disconnects, and each would cost for ever. */
function letRest(node) {
  const voice = voices.get(node.context);
  const [, tail] = tails.find(([kind]) => kind && node instanceof kind) ?? [];
  if (voice && tail !== undefined && inputsOf(node) === 0) {
    voice.resting.set(node, voice.rendered + QUANTUM + tail * voice.rate);
  }
}

function putToRest(voice) {
  for (const [node, frame] of voice.resting) {
    if (frame > voice.rendered) continue;
    voice.resting.delete(node);
    if (inputsOf(node) === 0) releaseSource(node);
  }
}

/** Takes a node that rests, and all that it flows into, back into the sum. */
function wake(node) {
  for (const link of links.get(node) ?? []) {
    if (link.junction) continue;
    connected.get(node.context).add(node);
    link.mixer.add(link);
    wake(link.mixer.target);
  }
}
