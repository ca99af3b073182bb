#!/bin/sh
# package-extension.sh PYTHON OUT: the extension with the daemon's wheel inside, as OUT. npm must be on the PATH.
# The wheel is the same to the last byte for the same sources.
set -eu
python=$1
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)

# A wheel of another version would be shipped beside the new one.
rm -f "$root"/vscode-extension/dist/*.whl
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$root/vscode-extension/dist" "$root"
cd "$root/vscode-extension"
# The editor shows pictures of a server only, and there is none for these.
sed '/^!\[/,/^$/d' README.md >dist/README.md
exec npm run --silent package -- --out "$out"
