/** Numbers as people read them. */

import * as l10n from "@vscode/l10n";

const MARK = "\0";

/** `7.5 s`, `2 min 5 s` or `1 h 2 min`, from seconds. */
export function duration(seconds: number): string {
  return seconds < 59.95 ? inSeconds(Math.max(0, seconds).toFixed(1)) : roughly(seconds);
}

/** `8 s`, `2 min 5 s` or `1 h 2 min`, from seconds. */
export function roughly(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 1) {
    return inSeconds(whole);
  }
  return minutes < 60
    ? l10n.t("{0} min {1} s", minutes, whole % 60)
    : l10n.t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

/** `940 kB` or `3.4 MB`, decimal units. */
export function fileSize(bytes: number): string {
  if (bytes < 1e6) {
    return l10n.t("{0} kB", Math.max(1, Math.round(bytes / 1e3)));
  }
  return bytes < 1e9
    ? l10n.t("{0} MB", (bytes / 1e6).toFixed(1))
    : l10n.t("{0} GB", (bytes / 1e9).toFixed(2));
}

/** Rounded down, so that 100% is said only when all is done. */
export function percent(value: number): string {
  return inPercent(Math.floor(value));
}

export function framesPerSecond(value: number): string {
  return rate(value < 10 ? value.toFixed(1) : Math.round(value));
}

export function inSeconds(value: number | string): string {
  return l10n.t("{0} s", value);
}

export function inPercent(value: number | string): string {
  return l10n.t("{0}%", value);
}

export function rate(value: number | string): string {
  return l10n.t("{0} fps", value);
}

export function spokenRate(value: number | string): string {
  return l10n.t("{0} frames per second", value);
}

/** A text whose signs are in words, as a screen reader says it. */
export function spokenUnits(text: string): string {
  const percents = exchanged(text, inPercent, (value) => l10n.t("{0} percent", value));
  return exchanged(percents, rate, spokenRate);
}

/** The number stands where the display language puts it. */
function exchanged(text: string, short: (value: string) => string, long: (value: string) => string): string {
  const pattern = short(MARK)
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replace(MARK, "([\\d./]*)");
  return text.replaceAll(new RegExp(pattern, "g"), (_, value: string) => long(value));
}
