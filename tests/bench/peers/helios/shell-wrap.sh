#!/bin/bash
# drops the two Helios default flags that deadlock Page.captureScreenshot on Chromium 156
a=(); for x in "$@"; do case "$x" in --single-process|--enable-begin-frame-control) ;; *) a+=("$x");; esac; done
exec ${HELIOS_REAL:-$(command -v "${BENCH_SHELL:-chromium-headless-shell}")} "${a[@]}"
