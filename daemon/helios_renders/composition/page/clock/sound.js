// What can be heard: each media element's states, with the virtual time from which each of them holds.
const MAX_HISTORY = 20_000; // states of one element; a page that changes more is told of
const histories = new Map(); // media element -> its history, which is in master.sounds too
const soundSources = new Map(); // address -> index in master.soundSources

wrapMethod(mediaPrototype, "play", (original) =>
  function () {
    const answer = original.call(this);
    noteSound(this); // before the page can take its source away
    return answer;
  },
);

/** Writes down what has changed; called at every moment of virtual time at which the page has done something. */
function noteSounds() {
  for (const element of everyMedia()) noteSound(element);
}

function noteSound(element) {
  const { dataset } = element;
  if (dataset.heliosNoAudio !== undefined || dataset.hasAudio === "false") return;
  let history = histories.get(element);
  if (!history) {
    history = {
      name: dataset.heliosTrackId ?? `${element.localName}${element.id ? `#${element.id}` : ""}`,
      fadeIn: seconds(dataset.heliosFadeIn) ?? 0,
      fadeOut: seconds(dataset.heliosFadeOut) ?? 0,
      states: [],
      wasConnected: false,
    };
    histories.set(element, history);
    master.sounds.push(history);
  }
  const state = soundState(element, history);
  followElement(element, state);
  const last = history.states.at(-1);
  const isNew = !last || Object.keys(state).some((key) => key !== "at" && state[key] !== last[key]);
  if (!isNew) return;
  if (last?.at === state.at) history.states.pop();
  if (history.states.length < MAX_HISTORY) history.states.push(state);
  else master.unheard.add(`more than ${MAX_HISTORY} changes of ${history.name}`);
}

function soundState(element, history) {
  const { playing, base, birth, rate, until } = mediaState(element);
  // An element that is taken out of its document is paused (HTML standard, "Media elements").
  history.wasConnected ||= element.isConnected;
  const { duration } = element;
  if (element.srcObject) master.unheard.add("a MediaStream");
  return {
    at: Math.max(0, master.now),
    playing: playing && (element.isConnected || !history.wasConnected),
    base,
    birth: birth + local.birth,
    rate,
    keepsPitch: element.preservesPitch !== false,
    loop: element.loop,
    volume: element.muted ? 0 : volumeOf(element),
    isRouted: routes.has(element), // heard by way of Web Audio
    source: soundSource(element),
    length: Number.isFinite(duration) && duration > 0 ? duration : null,
    until: Number.isFinite(until) ? until + local.birth : null,
  };
}

function volumeOf(element) {
  const isHyperframes = element.dataset.start !== undefined && element.closest("[data-composition-id]");
  return (isHyperframes ? seconds(element.dataset.volume) : null) ?? element.volume;
}

function soundSource(element) {
  const ofChildren = () => element.currentSrc || element.querySelector("source[src]")?.src || "";
  const [address] = (element.hasAttribute("src") ? element.src : ofChildren()).split("#");
  if (!address) return -1;
  let index = soundSources.get(address);
  if (index === undefined) {
    index = master.soundSources.length;
    soundSources.set(address, index);
    // At once, because a page may revoke the address of a blob as soon as the element has it.
    const isWithin = address.startsWith("blob:") || address.startsWith("data:");
    const content = isWithin ? native.fetch(address).then((response) => response.blob()) : null;
    content?.catch(() => undefined);
    master.soundSources.push({ address, isWithin, content });
  }
  return index;
}

function seconds(text) {
  const number = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

/** All that was heard so far; of sources within the page also the bytes in base64, up to so many in all. */
async function sounds(maxBytes) {
  everyLocal((each) => each.noteSounds());
  const sources = [];
  let left = maxBytes;
  for (const { address, isWithin, content } of master.soundSources) {
    const source = { address: isWithin ? address.slice(0, 40) : address, content: null, problem: null };
    sources.push(source);
    if (!isWithin) continue;
    try {
      const blob = await content;
      left -= blob.size;
      if (left < 0) source.problem = `the sounds within the page have more than ${Math.round(maxBytes / 2 ** 20)} MB`;
      else source.content = await base64(blob);
    } catch (error) {
      source.problem = `the page cannot read it: ${error}`;
    }
  }
  const elements = master.sounds.map(({ name, fadeIn, fadeOut, states }) => {
    const own = ({ isRouted, ...state }) => ({ ...state, volume: isRouted ? 0 : state.volume });
    return { name, fadeIn, fadeOut, states: states.map(own) };
  });
  const rendered = heardVoices(sources.length);
  return {
    elements: [...elements, ...rendered.elements],
    sources: [...sources, ...rendered.sources],
    unheard: [...master.unheard].sort(),
    webAudio: master.voices.length > 0,
  };
}

async function base64(blob) {
  return base64OfBytes(new Uint8Array(await blob.arrayBuffer()));
}

function base64OfBytes(bytes) {
  const parts = [];
  for (let start = 0; start < bytes.length; start += 0x6000) {
    parts.push(native.btoa(String.fromCharCode(...bytes.subarray(start, start + 0x6000))));
  }
  return parts.join("");
}
local.noteSounds = noteSounds;
