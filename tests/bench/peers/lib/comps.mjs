import { execFileSync } from 'node:child_process';
export const COMPS = { dom: { width: 1920, height: 1080, fps: 30, seconds: 10, frames: 300 }, canvas: { width: 1280, height: 720, fps: 30, seconds: 10, frames: 300 }, static: { width: 1920, height: 1080, fps: 30, seconds: 20, frames: 600 } };
export const SHELL = process.env.BENCH_SHELL ?? execFileSync('sh', ['-c', 'command -v chromium-headless-shell']).toString().trim();
