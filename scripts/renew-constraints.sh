#!/bin/sh
# renew-constraints.sh PYTHON: write constraints.txt from a new environment with the newest versions that
# pyproject.toml allows.
set -eu
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
"$1" -m venv "$environment"
"$environment/bin/python" -m pip install -qq --upgrade pip
"$environment/bin/python" -m pip install -qq --editable . --group test
{
    echo "# The exact versions that are tested together. To renew: make constraints"
    "$environment/bin/python" -m pip freeze --all --exclude-editable | grep -v '^setuptools=='
} >constraints.new
mv constraints.new constraints.txt
