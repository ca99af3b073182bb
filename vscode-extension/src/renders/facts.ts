/** The rows under a job: what went wrong, how far it is, what its workers do, and the facts of what came out. */

import type { Bound, Concurrency, Job, Phase, RenderResult, WorkerProgress } from "../protocol.ts";
import { count, fileSize, framesPerSecond } from "./format.ts";
import type { Row } from "./row.ts";
import { canResume, hasEnded, isWaiting, outputOf } from "./states.ts";

export const BOUNDS: Record<Bound, readonly [short: string, long: string]> = {
  request: ["as asked for", "what was asked for"],
  cores: ["cores", "the processor's cores"],
  affinity: ["affinity", "the cores that Helios may use"],
  cpuQuota: ["CPU quota", "the container's CPU quota"],
  memory: ["memory", "the free memory"],
  memoryLimit: ["memory limit", "the container's memory limit"],
  others: ["other renders", "what other renders leave"],
  frames: ["frames", "the number of frames"],
  chunks: ["chunks", "the number of chunks"],
  maximum: ["maximum", "the largest number that is allowed"],
};

const PHASES: readonly Phase[] = ["starting", "rendering", "assembling"];

/** Stands for the infinite ratio of equal pictures. */
const EXACT_PSNR = 99;

type Make = (key: string, label: string, description: string, icon: string, tooltip?: string) => Row;

export function childRows(job: Job): Row[] {
  const row: Make = (key, label, description, icon, tooltip = description) => ({
    id: `${job.id}/${key}`,
    label,
    description,
    tooltip,
    icon,
    contextValue: "fact",
  });
  const workers = concurrencyWords(job.concurrency);
  const output = outputOf(job);
  return [
    ...errorRows(job, row),
    ...phaseRows(job, row),
    row("concurrency", "Workers", workers.short, "server-process", workers.long),
    ...(hasEnded(job) ? [] : (job.progress?.workers ?? []).map((worker) => workerRow(worker, row))),
    ...(output
      ? [{ ...row("output", "Output", fileName(output), "file-media", output), does: "open" as const }]
      : job.output && !hasEnded(job)
        ? [row("output", "Output", fileName(job.output), "file-media", job.output)]
        : []),
    ...(job.result ? resultRows(job.result, row) : []),
    { ...row("log", "Log", "", "output", "Show what is known of this render"), does: "showLog" as const },
  ];
}

/** The number of workers, and why it is not the one that was asked for. */
export function concurrencyWords(concurrency: Concurrency): { short: string; long: string } {
  const { requested, effective, limitedBy, auto } = concurrency;
  const [short, long] = BOUNDS[limitedBy];
  if (auto) {
    return { short: `${effective} (auto)`, long: `${count(effective, "worker")}: decided by ${long}.` };
  }
  if (effective === requested) {
    return { short: `${effective}`, long: `${count(effective, "worker")}, as asked for.` };
  }
  return {
    short: `${effective} of ${requested} (${short})`,
    long: `${count(requested, "worker")} were asked for. ${effective} can be used: decided by ${long}.`,
  };
}

/** The reference itself, what equals it, and what comes so near to it. */
export function surfaceWords({ surface, surfacePsnr: psnr }: RenderResult): string {
  if (psnr === null) {
    return surface;
  }
  return `${surface} · ${psnr >= EXACT_PSNR ? "as the screenshot" : `${psnr.toFixed(1)} dB`}`;
}

function errorRows({ error, ...job }: Job, row: Make): Row[] {
  if (!error) {
    return [];
  }
  const icon = canResume({ error, ...job }) ? "info" : "error";
  return [
    row("error", error.message, "", icon, error.message),
    ...(error.advice ? [row("advice", error.advice, "", "lightbulb", error.advice)] : []),
    ...error.details.map((line, index) => row(`detail${index}`, line, "", "output", line)),
  ];
}

function phaseRows(job: Job, row: Make): Row[] {
  if (!job.progress || hasEnded(job) || isWaiting(job)) {
    return [];
  }
  const { phase, framesDone, framesTotal } = job.progress;
  const place = PHASES.indexOf(phase) + 1;
  if (place === 0) {
    return [];
  }
  const done = framesTotal > 0 ? `${framesDone} of ${count(framesTotal, "frame")}` : "";
  const tooltip = `Phase ${place} of ${PHASES.length}: ${PHASES.join(", then ")}.`;
  return [row("phase", "Phase", [phase, done].filter(Boolean).join(" · "), "milestone", tooltip)];
}

function workerRow({ worker, state, chunk, frame, fps }: WorkerProgress, row: Make): Row {
  const where = [
    frame === null ? "" : `frame ${frame}`,
    fps === null ? "" : framesPerSecond(fps),
    chunk === null ? "" : `chunk ${chunk + 1}`,
  ].filter(Boolean);
  const doing = state === "capturing" && where.length > 0 ? where : [state, ...where];
  const icon = state === "idle" ? "circle-outline" : "circle-filled";
  const tooltip = `${state}: ${where.join(", ") || "no chunk yet"}`;
  const lane = row(`worker${worker}`, `Worker ${worker + 1}`, doing.join(" · "), icon, tooltip);
  return { ...lane, contextValue: "worker" };
}

function resultRows(result: RenderResult, row: Make): Row[] {
  const { sizeBytes, reusedFrames, browser, sandbox, surface, surfaceReason, encoder } = result;
  return [
    row("size", "Size", fileSize(sizeBytes), "database"),
    row("browser", "Browser", browser, "browser"),
    row("sandbox", "Sandbox", sandbox, "shield"),
    row("surface", "Surface", surfaceWords(result), "layers", surfaceReason || surface),
    row("encoder", "Encoder", encoder, "file-binary"),
    ...result.audio.map((track, index) => row(`audio${index}`, "Sound", track, "unmute")),
    ...(reusedFrames > 0
      ? [row("reused", "Kept from an earlier render", count(reusedFrames, "frame"), "history")]
      : []),
    ...result.warnings.map((text, index) => row(`warning${index}`, text, "", "warning", text)),
    ...result.pageErrors.map(({ message, script, line, column }, index) =>
      row(
        `problem${index}`,
        message,
        `${script}:${line}`,
        "warning",
        `${message}\n${script}:${line}:${column}`,
      ),
    ),
  ];
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
