// What flows into Web Audio from elsewhere: media elements, whose sound is decoded and played at the times that the
// clock knows, and streams, which are silent here. Either is a gain node in the dress of the node that a page expects.
const routes = new WeakMap(); // media element -> what plays it into its context

function dressedGain(context, kind, properties) {
  const node = new GainNode(context);
  const { gain } = node;
  Object.setPrototypeOf(node, kind.prototype);
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(node, name, { value });
  return { node, gain };
}

function elementSource(context, element) {
  if (routes.has(element)) {
    throw new DOMException("The media element has a MediaElementAudioSourceNode already.", "InvalidStateError");
  }
  const { node, gain } = dressedGain(context, MediaElementAudioSourceNode, { mediaElement: element });
  const route = { voice: voices.get(context), node, gain, playing: null, key: "", buffers: new Map() };
  routes.set(element, route);
  noteSound(element);
  return node;
}

/** Lets the element's sound be what its state says, from now on. */
function followElement(element, state) {
  const route = routes.get(element);
  if (!route) return;
  const { voice } = route;
  if (route.gain.value !== state.volume) route.gain.value = state.volume;
  const { playing, base, birth, rate, loop, source, until } = state;
  const what = `${nameOfMedia(element)} through createMediaElementSource`;
  if (source >= 0 && !route.buffers.has(source)) {
    const fail = () => {
      master.unheard.add(what);
      route.buffers.set(source, null);
    };
    route.buffers.set(source, track(decoded(route, source).catch(fail), what));
  }
  const moves = playing ? [base, birth, rate, loop, source, until] : [];
  const key = [voice.state, voice.birth, ...moves].join();
  if (key === route.key) return;
  route.key = key;
  const isRunning = voice.state === "running";
  route.playing?.stop(isRunning ? contextTime(voice, state.at) : voice.frame / voice.rate);
  route.playing = null;
  const buffer = route.buffers.get(source) ?? null;
  if (!playing || !isRunning || buffer === null) return;
  if (rate !== 1 && state.keepsPitch) {
    warn(`${nameOfMedia(element)} plays at another rate through Web Audio, and its pitch changes with it.`);
  }
  if (buffer instanceof AudioBuffer) route.playing = startBuffer(route, buffer, state);
  else buffer.then(() => followLater(element, route, key));
}

/** Starts what was still being decoded when it should have been heard, unless that is over. */
function followLater(element, route, key) {
  if (route.key !== key) return;
  route.key = "";
  noteSound(element);
}

async function decoded(route, source) {
  const { address, content } = master.soundSources[source];
  const blob = await (content ?? native.fetch(address).then(readBlob));
  const buffer = await route.node.context.decodeAudioData(await blob.arrayBuffer());
  if (buffer.duration > options.maxAudioSeconds) throw new RangeError("too long");
  route.buffers.set(source, buffer);
}

function readBlob(answer) {
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.blob();
}

function startBuffer({ voice, node }, buffer, { at, base, birth, rate, loop, until }) {
  const source = new AudioBufferSourceNode(node.context, { buffer, loop, playbackRate: rate });
  const heard = Math.max(at, birth);
  const planned = contextTime(voice, heard);
  const when = Math.max(planned, frameOf(voice) / voice.rate);
  const offset = base + ((heard - birth) / 1000 + when - planned) * rate;
  source.connect(node);
  source.start(when, loop ? offset % buffer.duration : offset);
  if (until !== null) source.stop(contextTime(voice, until));
  return source;
}

function streamSource(context, stream) {
  master.unheard.add("MediaStreamAudioSourceNode");
  return dressedGain(context, MediaStreamAudioSourceNode, { mediaStream: stream }).node;
}

function streamDestination(context) {
  master.unheard.add("MediaStreamAudioDestinationNode");
  return dressedGain(context, MediaStreamAudioDestinationNode, { stream: new MediaStream() }).node;
}

for (const [method, name, make] of [
  ["createMediaElementSource", "MediaElementAudioSourceNode", elementSource],
  ["createMediaStreamSource", "MediaStreamAudioSourceNode", streamSource],
  ["createMediaStreamDestination", "MediaStreamAudioDestinationNode", streamDestination],
]) {
  if (!window[name] || !nativeContext) continue;
  wrapMethod(nativeContext, method, () =>
    function (given) {
      return make(this, given);
    },
  );
  window[name] = new Proxy(window[name], {
    construct: (_, [context, settings]) => make(context, settings?.mediaElement ?? settings?.mediaStream),
  });
}
