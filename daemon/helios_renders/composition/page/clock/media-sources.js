// Loading of <video> and <audio>: what a frame waits for, and sources that cannot be played.

/** What the browser says of a source that is there and that it cannot decode. */
const UNDECODABLE = /DEMUXER|DECODE|PIPELINE/i;
/** How long the browser may take to go on to the next <source>, in real milliseconds. */
const NEXT_SOURCE_MILLISECONDS = 20;

function hasSource(element) {
  return Boolean(element.getAttribute("src") || element.querySelector("source[src]"));
}

/** Whether there is something to seek in; what is on its way is waited for, what is broken is told once. */
function isLoaded(element, state) {
  const { HAVE_METADATA, NETWORK_LOADING } = HTMLMediaElement;
  if (!hasSource(element) || state.isBroken) return false;
  if (cannotPlay(element)) {
    state.isBroken = true;
    moving(element, "error", tellWhy(element, state));
    return false;
  }
  if (element.readyState >= HAVE_METADATA) return true;
  if (element.networkState !== NETWORK_LOADING) {
    if (!state.playing && state.base === 0) return false;
    element.preload = "auto"; // as playing would
  }
  if (!state.isLoading) {
    state.isLoading = true;
    moving(element, "load", load(element, state));
  }
  return false;
}

async function load(element, state) {
  const isThere = await mediaEvent(element, ["loadedmetadata"]);
  if (!isThere) await pause(NEXT_SOURCE_MILLISECONDS);
  state.isLoading = false;
}

function cannotPlay(element) {
  return element.error !== null || element.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
}

/** A file that is missing gets a warning, as an image does; one that is there is an error of the page. */
async function tellWhy(element, state) {
  await turn(); // an element that has just got its source has not begun to look for it
  state.isBroken = cannotPlay(element);
  if (!state.isBroken) return;
  const addresses = [...element.querySelectorAll("source[src]")].map((source) => source.src);
  const { address, reason } = element.error
    ? { address: element.currentSrc || element.src, reason: element.error.message }
    : await firstUndecodable(addresses);
  if (UNDECODABLE.test(reason)) record(reason, shortened(address), 0, 0, true);
  else warn(`${nameOfMedia(element)} could not be loaded.`);
}

/** The first of these that is there and that the browser cannot play, which it says of no <source>. */
async function firstUndecodable(addresses) {
  for (const address of addresses) {
    const trial = document.createElement("video");
    const failed = mediaEvent(trial, ["loadedmetadata"]);
    trial.setAttribute("src", address);
    await failed;
    const reason = trial.error?.message ?? "";
    if (UNDECODABLE.test(reason)) return { address, reason };
  }
  return { address: "", reason: "" };
}

/** What Matroska and WebM begin with (RFC 8794, section 11.2.1), as bytes and in base64. */
const EBML = [0x1a, 0x45, 0xdf, 0xa3];
const EBML_BASE64 = "GkXfo";
const matroska = new Map();

/** Whether a source is of the one format that rounds times, by its first bytes, or where they are secret, its name. */
function isMatroska(address) {
  if (address.startsWith("data:")) return address.slice(address.indexOf(",") + 1).startsWith(EBML_BASE64);
  if (!matroska.has(address)) {
    const byName = () => /\.(webm|mkv)([?#]|$)/i.test(address);
    matroska.set(address, firstBytes(address).then((bytes) => EBML.every((byte, at) => bytes[at] === byte), byName));
  }
  return matroska.get(address);
}

async function firstBytes(address) {
  const answer = await native.fetch(address, { headers: { Range: "bytes=0-3" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const reader = answer.body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return value;
}
