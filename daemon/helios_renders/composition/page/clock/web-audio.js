// AudioContext in virtual time. What a page gets is an OfflineAudioContext in the dress of an AudioContext: its sound
// is rendered up to the clock's time whenever the clock has moved, and stands still while scripts run.
// A voice is one of them: at virtual time n it is at sample frame + (n - birth) / 1000 * rate while it runs.
const QUANTUM = 128; // samples that are rendered at once (Web Audio API, "render quantum")
const AUDIO_RATE = 48_000;
/** Milliseconds of sound between two moments at which scripts can hear of what has ended. */
const AUDIO_STEP = (1000 * QUANTUM) / AUDIO_RATE;
const voices = new WeakMap(); // context -> its voice
const nativeContext = window.AudioContext?.prototype;
const baseContext = window.BaseAudioContext?.prototype;
const OfflineContext = window.OfflineAudioContext;
const nativeOffline = {
  startRendering: OfflineContext?.prototype.startRendering,
  suspend: OfflineContext?.prototype.suspend,
  resume: OfflineContext?.prototype.resume,
  getCurrentTime: baseContext && getterOf(baseContext, "currentTime"),
};

function openContext(settings, prototype) {
  because("AudioContext");
  const rate = settings?.sampleRate ?? AUDIO_RATE;
  const birth = Math.max(0, master.now);
  const wanted = (options.seconds ?? options.maxAudioSeconds) - birth / 1000;
  const seconds = Math.max(0, Math.min(wanted, (master.audioLeft * AUDIO_RATE) / rate));
  if (options.seconds !== null && seconds < wanted) {
    master.unheard.add(`more than ${options.maxAudioSeconds / 60} minutes of Web Audio`);
  }
  const length = (Math.ceil((seconds * rate) / QUANTUM) + 1) * QUANTUM;
  const context = new OfflineContext(2, length, rate);
  Object.setPrototypeOf(context, prototype);
  for (const type of ["statechange", "complete"]) native.addEventListener.call(context, type, hushTrusted);
  master.audioLeft -= (seconds * rate) / AUDIO_RATE;
  const voice = {
    ...{ context, local, rate, length, birth, frame: 0, state: "running", states: [] },
    rendered: 0, // samples
    ended: [], // sources that scripts have yet to hear of
    resting: new Map(), // node -> from which sample on it can be left out
  };
  voices.set(context, voice);
  master.voices.push(voice);
  noteVoice(voice);
  dispatchLater(context, "statechange");
  return context;
}

function hushTrusted(event) {
  if (event.isTrusted) event.stopImmediatePropagation();
}

/** The sample at which a context is, a whole number of quanta. */
function frameOf({ state, frame, birth, rate }) {
  if (state !== "running") return frame;
  const passed = ((master.now - birth) * rate) / 1000 / QUANTUM;
  return frame + Math.floor(passed + 1e-6) * QUANTUM;
}

/** The context's time at a virtual time, in seconds. */
function contextTime({ frame, birth, rate }, milliseconds) {
  return frame / rate + (milliseconds - birth) / 1000;
}

/** Writes down where on the composition's time line a context's samples are heard. */
function noteVoice({ states, state, frame, birth, rate }) {
  const isRunning = state === "running";
  states.push({ at: birth, playing: isRunning, base: frame / rate, birth });
}

function changeState(voice, state) {
  if (voice.state === "closed") {
    return Promise.reject(new DOMException("The AudioContext is closed.", "InvalidStateError"));
  }
  if (voice.state !== state) {
    const frame = frameOf(voice);
    const stop = voice.birth + ((frame - voice.frame) / voice.rate) * 1000;
    const birth = voice.state === "running" && state !== "running" ? stop : Math.max(0, master.now);
    Object.assign(voice, { state, frame, birth });
    noteVoice(voice);
    dispatchLater(voice.context, "statechange");
  }
  return Promise.resolve();
}

/** Moves time on, and the sound with it, until something is due. */
async function playUntil(time, deadline) {
  while (master.now < time) {
    if (!master.voices.some(({ state }) => state === "running")) {
      master.now = time;
      return;
    }
    const step = (Math.floor(master.now / AUDIO_STEP + 1e-6) + 1) * AUDIO_STEP;
    master.now = Math.min(time, step);
    await renderVoices(deadline);
    if (master.timers[0]?.due < time) return; // what a script has begun that heard of something
  }
}

async function renderVoices(deadline) {
  for (const voice of master.voices) {
    const frame = Math.min(frameOf(voice), voice.length - QUANTUM);
    if (frame > voice.rendered && alive(voice.local)) await inTime(renderTo(voice, frame), deadline);
  }
}

async function inTime(rendering, deadline) {
  let timer;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new Stalled("Web Audio"));
    timer = native.setTimeout(fail, Math.max(0, deadline - native.dateNow()));
  });
  try {
    await Promise.race([rendering, late]);
  } finally {
    native.clearTimeout(timer);
  }
}

/** One quantum after the other, because the browser does a part of its work beside the rendering. */
async function renderTo(voice, frame) {
  const { context, rate } = voice;
  await Promise.all(master.audioData);
  while (voice.rendered < frame) {
    const next = voice.rendered + QUANTUM;
    // The browser rounds down to whole quanta.
    const reached = nativeOffline.suspend.call(context, (next + 0.5) / rate);
    goOn(voice);
    await reached;
    voice.rendered = Math.round(nativeOffline.getCurrentTime.call(context) * rate);
    if (voice.rendered !== next) throw new Error(`Web Audio is at sample ${voice.rendered} instead of ${next}`);
    await turn();
    tellEnds(voice);
    putToRest(voice);
  }
}

function goOn(voice) {
  if (voice.finished) nativeOffline.resume.call(voice.context);
  else voice.finished = nativeOffline.startRendering.call(voice.context);
}

/** Renders what is left of all contexts, for `sounds` and `audioSamples`; nothing can be rendered after that. */
async function finishAudio(deadline) {
  await Promise.all(master.audioData);
  for (const voice of master.voices) {
    if (!alive(voice.local)) {
      master.unheard.add("an AudioContext of a frame that was removed");
      continue;
    }
    if (voice.state === "running") await inTime(renderTo(voice, voice.length - QUANTUM), deadline);
    else quiet(voice.context.destination); // nobody hears the rest, which costs less in silence
    goOn(voice);
    await inTime(voice.finished, deadline);
    const buffer = await voice.finished;
    voice.channels = [buffer.getChannelData(0), buffer.getChannelData(1)];
    voice.samples = soundingLength(voice.channels);
  }
}

/** How many samples there are until nothing but silence follows. */
function soundingLength(channels) {
  let length = channels[0].length;
  while (length > 0 && channels.every((channel) => !channel[length - 1])) length--;
  return length;
}

/** What of contexts is heard, as elements of the page are (see sound.js), with sources from so many on. */
function heardVoices(firstSource) {
  const heard = master.voices.filter(({ samples }) => samples > 0);
  const common = { rate: 1, keepsPitch: true, loop: false, volume: 1, length: null, until: null };
  const elements = heard.map(({ states }, index) => ({
    name: "AudioContext",
    fadeIn: 0,
    fadeOut: 0,
    states: states.map((state) => ({ ...common, ...state, source: firstSource + index })),
  }));
  const sources = heard.map((voice) => ({
    address: "Web Audio",
    content: null,
    problem: null,
    rendering: { number: master.voices.indexOf(voice), rate: voice.rate, samples: voice.samples },
  }));
  return { elements, sources };
}

/** Samples of a context in base64: big-endian floats of 32 bits, left and right in turn. */
function audioSamples(number, first, count) {
  const { channels } = master.voices[number];
  const view = new DataView(new ArrayBuffer(count * 8));
  for (let index = 0; index < count; index++) {
    for (const [side, channel] of channels.entries()) {
      const sample = channel[first + index];
      view.setFloat32(index * 8 + side * 4, Number.isFinite(sample) ? sample : 0);
    }
  }
  return base64OfBytes(new Uint8Array(view.buffer));
}
