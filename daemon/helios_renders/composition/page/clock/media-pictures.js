// Brings the browser to a time of a <video> or <audio> and waits until its picture is the one shown.

/** Half of the millisecond to which WebM and Matroska round the times of their frames. */
const ROUNDING_MICROSECONDS = 500;
/** After how many of its frames the browser shows what it has sought, even where its word of that is lost. */
const PICTURE_FRAMES = 10;
/** How many of its frames the browser may take until it shows a picture of a source that it has loaded. */
const LOADING_FRAMES = 30;
/** After how many frames it has told of a picture that it shows. */
const ANSWER_FRAMES = 3;
/** How many times a picture comes again, each a microsecond further on, before it counts as composed. */
const PICTURES_AGAIN = 2;
/** Stand for a time in microseconds. */
const NOTHING_SHOWN = -1;
const SECRET = -2;

/** Shows a source's last frame that begins at a time, in seconds, or before. */
function showMediaAt(element, state, time) {
  // The browser counts whole microseconds, and rounds the times of frames to them.
  const wanted = Math.min(Math.floor(time * 1e6 + 1), lastOf(element));
  if (state.shown === wanted && !state.isAsked) return;
  state.shown = wanted;
  state.isAsked = false;
  if (element instanceof HTMLVideoElement) moving(element, "seek", showPicture(element, state, wanted));
  else moving(element, "seek", seek(element, wanted));
}

/** The last microsecond of a source. */
function lastOf(element) {
  const last = Math.round(element.duration * 1e6) - 1;
  return last > 0 ? last : Infinity;
}

async function showPicture(element, state, wanted) {
  master.hasVideos = true;
  mustBeSeen();
  if (state.grace === null) state.grace = (await isMatroska(element.currentSrc)) ? ROUNDING_MICROSECONDS : 0;
  const target = Math.min(wanted + state.grace, lastOf(element));
  if (state.answer === null) {
    state.answer = await answerToLoading(element);
    // The browser may have been playing: what was on its way then is away after a first seek.
    await showPictureAt(element, state, target - 1);
  }
  await showPictureAt(element, state, target);
  state.target = target;
}

async function showPictureAt(element, state, target) {
  // What is shown has to be certain before it can be told from what is sought.
  if (state.answer !== null) await answered(element, state.answer);
  const before = state.answer;
  if (before === null) return; // another source
  const isThere = Math.round(nativeMedia.getCurrentTime.call(element) * 1e6) === target;
  const answer = isThere || element.videoWidth === 0 ? before : answerAfter(element, before);
  if (!(await seek(element, target)) || state.answer !== before) return;
  state.answer = answer;
  const isNew = () => ![null, SECRET, before.time].includes(timeOfPicture(element));
  await answered(element, answer, isNew);
}

/** Gets the `time`, in microseconds, of the next frame that the browser says it shows, and its `number`. */
function answerAfter(element, { number }) {
  const answer = { time: null, number };
  const callback = (_, { presentedFrames, mediaTime }) => {
    if (presentedFrames > number) Object.assign(answer, { time: Math.round(mediaTime * 1e6), number: presentedFrames });
    else nativeMedia.requestFrame.call(element, callback);
  };
  nativeMedia.requestFrame.call(element, callback);
  return answer;
}

/** As `answerAfter`, of the picture that comes with loading, which must not be taken for one that is sought. */
async function answerToLoading(element) {
  const answer = answerAfter(element, { number: 0 });
  for (let frame = 0; frame < LOADING_FRAMES && answer.time === null; frame++) {
    await nativeFrame();
    if (frame > ANSWER_FRAMES && timeOfPicture(element) !== null) break;
  }
  return { time: answer.time ?? NOTHING_SHOWN, number: answer.number };
}

/**
 * Has the browser compose what videos show. It composes them beside the page, and may be one picture behind for as
 * long as it likes: it passes over a picture that comes while it is busy with the one before. A picture that comes
 * again brings the first along, unless it is passed over as well, so it comes twice.
 */
async function composePictures() {
  const moved = [...everyMedia()].filter((element) => {
    const state = mediaState(element);
    if (state.target === null || state.composed === state.target) return false;
    state.composed = state.target;
    return true;
  });
  for (let again = 1; moved.length && again <= PICTURES_AGAIN; again++) {
    await Promise.all(
      moved.map((element) => {
        const state = mediaState(element);
        const beside = state.target === lastOf(element) ? -again : again;
        return showPictureAt(element, state, state.target + beside);
      }),
    );
    for (let frame = 0; frame < ANSWER_FRAMES; frame++) await nativeFrame();
  }
}

/** Waits until the browser tells which frame it shows, or one is seen to be new. */
async function answered(element, answer, isNew = () => false) {
  for (let frame = 0; answer.time === null && !isNew(); frame++) {
    if (frame === PICTURE_FRAMES) answer.time = timeOfPicture(element) ?? NOTHING_SHOWN;
    else await nativeFrame();
  }
}

/** The time in microseconds of the picture that a video would draw now; SECRET where it is; null without one. */
function timeOfPicture(element) {
  if (element.videoWidth === 0) return NOTHING_SHOWN;
  try {
    const picture = new VideoFrame(element);
    const { timestamp } = picture;
    picture.close();
    return timestamp;
  } catch (error) {
    return error.name === "SecurityError" ? SECRET : null;
  }
}

/** Resolves with true once the browser has sought, with false when it cannot. */
function seek(element, microseconds) {
  const done = mediaEvent(element, ["seeked"]);
  // A quarter more, because the browser cuts off what is less than one.
  nativeMedia.setCurrentTime.call(element, (microseconds + 0.25) / 1e6);
  return done;
}

/** Resolves with true at one of these events, with false when the source fails or is taken away. */
function mediaEvent(element, types) {
  return new Promise((resolve) => {
    const ends = ["error", "emptied"];
    const done = ({ type }) => {
      for (const each of [...types, ...ends]) element.removeEventListener(each, done, true);
      resolve(types.includes(type));
    };
    for (const type of [...types, ...ends]) native.addEventListener.call(element, type, done, true);
  });
}

/** A frame, and the page's scripts in it, wait for what an element is doing. */
function moving(element, what, work) {
  const end = begin(`${nameOfMedia(element)} (${what})`);
  const done = work.then(end).then(() => master.moving.delete(done));
  master.moving.add(done);
}

function nameOfMedia(element) {
  const address = element.currentSrc || element.src || element.querySelector("source")?.src || "";
  return `${element.localName} ${shortened(address)}`;
}

/** An address for a person: data: addresses hold whole files. */
function shortened(address) {
  return address.length > 200 ? `${address.slice(0, 60)}...` : address;
}

wrapMethod(HTMLVideoElement.prototype, "requestVideoFrameCallback", (original) =>
  function (callback) {
    mediaState(this);
    because("requestVideoFrameCallback");
    return original.call(this, (_, frame) => {
      const shown = { ...frame, presentationTime: now(), expectedDisplayTime: now() };
      callback.call(this, now(), shown);
    });
  },
);
// A page that has a canvas may draw a video on it from a timer, where no frame has moved it.
for (const owner of [window.HTMLCanvasElement, window.OffscreenCanvas]) {
  wrapMethod(owner?.prototype, "getContext", (original) =>
    function (...args) {
      master.readsVideos = true;
      return original.apply(this, args);
    },
  );
}
