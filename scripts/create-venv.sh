#!/bin/sh
# create-venv.sh PYTHON FOLDER: a virtual environment with pip. Where Python came without its venv module
# (Debian, Ubuntu), that is installed by apt-get first. An environment that works is kept.
set -eu
python=$1
folder=$2

fail() {
    printf 'error: %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

if [ -x "$folder/bin/python" ] && "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

command -v "$python" >/dev/null 2>&1 ||
    fail "$python was not found." "Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old." "Name Python 3.11 or newer: make PYTHON=/path/to/python3"

echo "Creating $folder with $("$python" --version)"
if reason=$("$python" -m venv --clear "$folder" 2>&1); then
    exit 0
fi
command -v apt-get >/dev/null 2>&1 ||
    fail "$python cannot make a virtual environment: $reason" "Install Python's venv module, then try again."

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
echo "Installing python$version-venv"
$as_root apt-get update -qq || echo "The list of packages could not be renewed; going on with the old one." >&2
$install "python$version-venv" >/dev/null || $install python3-venv >/dev/null ||
    fail "python$version-venv could not be installed." "Run this, then try again: sudo apt-get install python3-venv"
"$python" -m venv --clear "$folder"
