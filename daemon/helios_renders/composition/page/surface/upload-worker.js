// Sends frames to the render's own process (capture/upload.py); each answer is the permission for the next.
let target;
let pixels;

async function send(what, body) {
  const answer = await fetch(target.address + what, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function open(given) {
  target = given;
  pixels = new Uint8Array(target.payload);
  await send("open");
  postMessage({ opened: true });
}

async function put({ sequence, frame, picture, format, until }) {
  await pixelsOf(picture, format, target.width, pixels);
  // A blob, because the body of any other kind would travel through the DevTools protocol as well.
  if (until !== "read") await send(`${sequence}/${frame}`, new Blob([pixels]));
  postMessage({ written: sequence });
}
