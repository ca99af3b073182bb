/** Numbers as people read them. */

/** `7.5 s`, `2 min 5 s` or `1 h 2 min`, from seconds. */
export function duration(seconds: number): string {
  return seconds < 59.95 ? `${Math.max(0, seconds).toFixed(1)} s` : roughly(seconds);
}

/** `8 s`, `2 min 5 s` or `1 h 2 min`, from seconds. */
export function roughly(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 1) {
    return `${whole} s`;
  }
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `940 kB` or `3.4 MB`, decimal units. */
export function fileSize(bytes: number): string {
  if (bytes < 1e6) {
    return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  }
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Rounded down, so that 100% is said only when all is done. */
export function percent(value: number): string {
  return `${Math.floor(value)}%`;
}

export function framesPerSecond(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} fps`;
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}
