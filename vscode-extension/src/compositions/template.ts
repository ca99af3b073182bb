/** A composition to begin with: a title on a sky at dusk, five seconds long, moved by CSS alone. */

export const FIRST_COMPOSITION = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>First composition</title>
<!-- What makes this page a composition: its size, frames per second, and length in seconds. -->
<meta name="helios:size" content="1920x1080">
<meta name="helios:fps" content="30">
<meta name="helios:duration" content="5">
<style>
body {
  margin: 0;
  height: 100vh;
  display: grid;
  place-items: center;
  overflow: hidden;
  background: linear-gradient(#0b1030, #2b1d5c 55%, #b14a6f 85%, #ffb36b);
  color: #fff;
  font: 600 7vw/1.1 system-ui, sans-serif;
  letter-spacing: -0.02em;
}
.sun {
  position: absolute;
  left: calc(50% - 16vh);
  bottom: -8vh;
  width: 32vh;
  height: 32vh;
  border-radius: 50%;
  background: radial-gradient(#fff3c4, #ffcf70 55%, #ff9d5c);
  box-shadow: 0 0 16vh #ffb36b99;
  animation: rise 5s cubic-bezier(0.2, 0.7, 0.2, 1) both;
}
h1 {
  position: relative;
  margin: 0 0 8vh;
  font-size: inherit;
  display: flex;
}
h1 span {
  white-space: pre;
  animation: appear 1s cubic-bezier(0.2, 0.8, 0.2, 1) calc(0.4s + var(--n) * 0.06s) both;
}
@keyframes rise { from { transform: translateY(40vh); } }
@keyframes appear { from { opacity: 0; transform: translateY(0.6em) scale(0.9); } }
</style>
</head>
<body>
<div class="sun"></div>
<h1></h1>
<script>
const title = document.querySelector("h1");
[..."Hello, world"].forEach((letter, index) => {
  const span = title.appendChild(document.createElement("span"));
  span.textContent = letter;
  span.style.setProperty("--n", index);
});
</script>
</body>
</html>
`;
