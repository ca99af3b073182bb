#!/bin/bash
# run.sh <project> <workers|default> <out> [extra render flags]
export PATH=@BENCH@/node24/node:$PATH
export HYPERFRAMES_NO_TELEMETRY=1 DO_NOT_TRACK=1 HYPERFRAMES_SKIP_SKILLS=1 HYPERFRAMES_BROWSER_PATH=${HF_BROWSER:-$(command -v "${BENCH_SHELL:-chromium-headless-shell}")} PRODUCER_HEADLESS_SHELL_PATH=${HF_BROWSER:-$(command -v "${BENCH_SHELL:-chromium-headless-shell}")}
p=$1; w=$2; o=$3; shift 3
W=(); [ "$w" != default ] && W=(-w "$w")
case $p in /*) d=$p;; *) d=@BENCH@/compositions/hyperframes/$p;; esac
cd @BENCH@/hyperframes && exec node node_modules/hyperframes/bin/hyperframes.mjs render "$d" -o "$o" "${W[@]}" --crf 23 "$@"
