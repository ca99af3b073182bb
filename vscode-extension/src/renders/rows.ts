/** What a job looks like in the view, as plain data: one row for the job, and rows under it. */

import type { Bound, Concurrency, Job, JobState, WorkerProgress } from "../protocol.ts";
import { count, duration, fileSize, framesPerSecond, percent, roughly } from "./format.ts";

export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly color?: string;
  readonly contextValue: string;
  /** For a row that opens the output. */
  readonly opens?: string;
}

const ENDED: ReadonlySet<JobState> = new Set(["done", "failed", "cancelled", "interrupted"]);

const ICONS: Record<JobState, readonly [icon: string, color?: string]> = {
  queued: ["clock"],
  rendering: ["loading~spin"],
  assembling: ["loading~spin"],
  paused: ["debug-pause"],
  done: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  cancelled: ["circle-slash"],
  interrupted: ["debug-disconnect", "list.warningForeground"],
};

const BOUNDS: Record<Bound, readonly [short: string, long: string]> = {
  request: ["as asked for", "what was asked for"],
  cores: ["cores", "the processor's cores"],
  affinity: ["affinity", "the cores that Helios may use"],
  cpuQuota: ["CPU quota", "the container's CPU quota"],
  memory: ["memory", "the free memory"],
  memoryLimit: ["memory limit", "the container's memory limit"],
  frames: ["frames", "the number of frames"],
  chunks: ["chunks", "the number of chunks"],
  maximum: ["maximum", "the largest number that is allowed"],
};

/** Stands for the infinite ratio of equal pictures. */
const EXACT_PSNR = 99;

export function hasEnded(job: Job): boolean {
  return ENDED.has(job.state);
}

export function canPause(job: Job): boolean {
  return job.state === "queued" || job.state === "rendering";
}

export function canResume(job: Job): boolean {
  return job.state === "interrupted" || job.state === "paused";
}

/** Whether the job waits for its turn, so that its place among the others matters. */
export function isWaiting(job: Job): boolean {
  return job.state === "queued" || job.state === "paused";
}

export function canRetry(job: Job): boolean {
  return job.state === "failed" || job.state === "cancelled";
}

export function jobRow(job: Job, cancelling: boolean): Row {
  const [icon, color] = ICONS[job.state];
  return {
    id: job.id,
    label: job.name,
    description: cancelling && !hasEnded(job) ? "cancelling…" : jobDescription(job),
    tooltip: [job.composition, jobDescription(job), job.error?.advice].filter(Boolean).join("\n"),
    icon,
    ...(color ? { color } : {}),
    contextValue: [
      "job",
      job.state,
      hasEnded(job) ? "removable" : "cancellable",
      canPause(job) ? "pausable" : "",
      canResume(job) ? "resumable" : "",
      isWaiting(job) ? "movable" : "",
      canRetry(job) ? "retryable" : "",
      outputOf(job) ? "output" : "",
    ]
      .filter(Boolean)
      .join(" "),
  };
}

export function childRows(job: Job): Row[] {
  const row = (
    key: string,
    label: string,
    description: string,
    icon: string,
    tooltip = description,
  ): Row => ({
    id: `${job.id}/${key}`,
    label,
    description,
    tooltip,
    icon,
    contextValue: "fact",
  });
  const rows: Row[] = [];
  if (job.error) {
    const icon = canResume(job) ? "info" : "error";
    rows.push(row("error", job.error.message, "", icon, job.error.message));
    if (job.error.advice) {
      rows.push(row("advice", job.error.advice, "", "lightbulb", job.error.advice));
    }
    rows.push(...job.error.details.map((line, index) => row(`detail${index}`, line, "", "output", line)));
  }
  const workers = concurrencyWords(job.concurrency);
  rows.push(row("concurrency", "Workers", workers.short, "server-process", workers.long));
  if (!hasEnded(job)) {
    rows.push(...(job.progress?.workers ?? []).map((worker) => workerRow(job, worker)));
  }
  const output = outputOf(job);
  if (output) {
    rows.push({ ...row("output", "Output", fileName(output), "file-media", output), opens: output });
  }
  if (job.result) {
    const { sizeBytes, reusedFrames, browser, sandbox, surface, surfaceReason, surfacePsnr, encoder } =
      job.result;
    rows.push(
      row("size", "Size", fileSize(sizeBytes), "database"),
      row("browser", "Browser", browser, "browser", `${browser}\nSandbox: ${sandbox}`),
      row("surface", "Surface", surfaceWords(surface, surfacePsnr), "layers", surfaceReason || surface),
      row("encoder", "Encoder", encoder, "file-binary"),
    );
    if (reusedFrames > 0) {
      rows.push(row("reused", "Kept from an earlier render", `${reusedFrames} frames`, "history"));
    }
    rows.push(...job.result.warnings.map((text, index) => row(`warning${index}`, text, "", "warning", text)));
    rows.push(
      ...job.result.pageErrors.map((problem, index) =>
        row(
          `problem${index}`,
          problem.message,
          `${problem.script}:${problem.line}`,
          "warning",
          `${problem.message}\n${problem.script}:${problem.line}:${problem.column}`,
        ),
      ),
    );
  }
  return rows;
}

/** The reference itself, what equals it, and what comes so near to it. */
function surfaceWords(surface: string, psnr: number | null): string {
  if (psnr === null) {
    return surface;
  }
  return `${surface} · ${psnr >= EXACT_PSNR ? "as the screenshot" : `${psnr.toFixed(1)} dB`}`;
}

/** The finished file, when there is one. */
export function outputOf(job: Job): string | undefined {
  return job.state === "done" ? (job.result?.output ?? job.output ?? undefined) : undefined;
}

/** What a screen reader says for a row. */
export function spoken(row: Row): string {
  const words = row.description
    .replaceAll("%", " percent")
    .replaceAll(" fps", " frames per second")
    .split(" · ");
  return [row.label, ...words].filter(Boolean).join(", ");
}

function jobDescription(job: Job): string {
  const progress = job.progress;
  const at = progress && progress.percent >= 1 ? ` at ${percent(progress.percent)}` : "";
  switch (job.state) {
    case "queued":
      return "queued";
    case "rendering":
      if (!progress || progress.framesDone === 0) {
        return "starting…";
      }
      return [
        percent(progress.percent),
        progress.fps === null ? "" : framesPerSecond(progress.fps),
        progress.etaSeconds === null ? "" : `${roughly(progress.etaSeconds)} left`,
      ]
        .filter(Boolean)
        .join(" · ");
    case "paused":
      return job.error ? `paused: ${job.error.message}` : `paused${at}`;
    case "assembling":
      return `${percent(progress?.percent ?? 99)} · assembling`;
    case "done":
      return job.result ? `${count(job.result.frames, "frame")} in ${duration(job.result.seconds)}` : "done";
    case "failed":
      return `failed${at}`;
    case "cancelled":
      return `cancelled${at}`;
    case "interrupted":
      return progress?.framesTotal
        ? `interrupted, ${progress.framesDone} of ${count(progress.framesTotal, "frame")}`
        : "interrupted";
  }
}

function workerRow(job: Job, worker: WorkerProgress): Row {
  const where = [
    worker.frame === null ? "" : `frame ${worker.frame}`,
    worker.fps === null ? "" : framesPerSecond(worker.fps),
    worker.chunk === null ? "" : `chunk ${worker.chunk + 1}`,
  ].filter(Boolean);
  const doing = worker.state === "capturing" && where.length > 0 ? where : [worker.state, ...where];
  return {
    id: `${job.id}/worker${worker.worker}`,
    label: `Worker ${worker.worker + 1}`,
    description: doing.join(" · "),
    tooltip: `${worker.state}: ${where.join(", ") || "no chunk yet"}`,
    icon: worker.state === "idle" ? "circle-outline" : "circle-filled",
    contextValue: "worker",
  };
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

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
