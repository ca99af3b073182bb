/** The rows under a job: what went wrong, how far it is, what its workers do, and the facts of what came out. */

import * as l10n from "@vscode/l10n";
import { frames, workers } from "../plural.ts";
import type { Bound, Concurrency, Job, Phase, RenderResult, WorkerProgress } from "../protocol.ts";
import { fileSize, framesPerSecond } from "./format.ts";
import type { Row } from "./row.ts";
import { canResume, hasEnded, isWaiting, outputOf } from "./states.ts";
import { phaseName, workerState } from "./words.ts";

export const BOUNDS: Record<Bound, readonly [short: string, long: string]> = {
  request: [l10n.t("as asked for"), l10n.t("what was asked for")],
  cores: [l10n.t("cores"), l10n.t("the processor's cores")],
  affinity: [l10n.t("affinity"), l10n.t("the cores that Helios may use")],
  cpuQuota: [l10n.t("CPU quota"), l10n.t("the container's CPU quota")],
  memory: [l10n.t("memory"), l10n.t("the free memory")],
  memoryLimit: [l10n.t("memory limit"), l10n.t("the container's memory limit")],
  others: [l10n.t("other renders"), l10n.t("what other renders leave")],
  frames: [l10n.t("frames"), l10n.t("the number of frames")],
  chunks: [l10n.t("chunks"), l10n.t("the number of chunks")],
  maximum: [l10n.t("maximum"), l10n.t("the largest number that is allowed")],
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
  const concurrency = concurrencyWords(job.concurrency);
  const output = outputOf(job);
  return [
    ...errorRows(job, row),
    ...phaseRows(job, row),
    row("concurrency", l10n.t("Workers"), concurrency.short, "server-process", concurrency.long),
    ...(hasEnded(job) ? [] : (job.progress?.workers ?? []).map((worker) => workerRow(worker, row))),
    ...(output
      ? [
          {
            ...row("output", l10n.t("Output"), fileName(output), "file-media", output),
            does: "open" as const,
          },
        ]
      : job.output && !hasEnded(job)
        ? [row("output", l10n.t("Output"), fileName(job.output), "file-media", job.output)]
        : []),
    ...(job.result ? resultRows(job.result, row) : []),
    {
      ...row("log", l10n.t("Log"), "", "output", l10n.t("Show what is known of this render")),
      does: "showLog" as const,
    },
  ];
}

/** The number of workers, and why it is not the one that was asked for. */
export function concurrencyWords(concurrency: Concurrency): { short: string; long: string } {
  const { requested, effective, limitedBy, auto } = concurrency;
  const [short, long] = BOUNDS[limitedBy];
  if (auto) {
    return {
      short: l10n.t("{0} (auto)", effective),
      long: l10n.t("{0}: decided by {1}.", workers(effective), long),
    };
  }
  if (effective === requested) {
    return { short: `${effective}`, long: l10n.t("{0}, as asked for.", workers(effective)) };
  }
  return {
    short: l10n.t("{0} of {1} ({2})", effective, requested, short),
    long: l10n.t("{0} were asked for. {1} can be used: decided by {2}.", workers(requested), effective, long),
  };
}

/** The reference itself, what equals it, and what comes so near to it. */
export function surfaceWords({ surface, surfacePsnr: psnr }: RenderResult): string {
  if (psnr === null) {
    return surface;
  }
  return `${surface} · ${psnr >= EXACT_PSNR ? l10n.t("as the screenshot") : l10n.t("{0} dB", psnr.toFixed(1))}`;
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
  const done = framesTotal > 0 ? l10n.t("{0} of {1}", framesDone, frames(framesTotal)) : "";
  const tooltip = l10n.t(
    "Phase {0} of {1}: starting, then rendering, then assembling.",
    place,
    PHASES.length,
  );
  return [
    row("phase", l10n.t("Phase"), [phaseName(phase), done].filter(Boolean).join(" · "), "milestone", tooltip),
  ];
}

function workerRow({ worker, state, chunk, frame, fps }: WorkerProgress, row: Make): Row {
  const where = [
    frame === null ? "" : l10n.t("frame {0}", frame),
    fps === null ? "" : framesPerSecond(fps),
    chunk === null ? "" : l10n.t("chunk {0}", chunk + 1),
  ].filter(Boolean);
  const doing = state === "capturing" && where.length > 0 ? where : [workerState(state), ...where];
  const icon = state === "idle" ? "circle-outline" : "circle-filled";
  const tooltip = `${workerState(state)}: ${where.join(", ") || l10n.t("no chunk yet")}`;
  const lane = row(`worker${worker}`, l10n.t("Worker {0}", worker + 1), doing.join(" · "), icon, tooltip);
  return { ...lane, contextValue: "worker" };
}

function resultRows(result: RenderResult, row: Make): Row[] {
  const { sizeBytes, reusedFrames, browser, sandbox, surface, surfaceReason, encoder } = result;
  return [
    row("size", l10n.t("Size"), fileSize(sizeBytes), "database"),
    row("browser", l10n.t("Browser"), browser, "browser"),
    row("sandbox", l10n.t("Sandbox"), sandbox, "shield"),
    row("surface", l10n.t("Surface"), surfaceWords(result), "layers", surfaceReason || surface),
    row("encoder", l10n.t("Encoder"), encoder, "file-binary"),
    ...result.audio.map((track, index) => row(`audio${index}`, l10n.t("Sound"), track, "unmute")),
    ...(reusedFrames > 0
      ? [row("reused", l10n.t("Kept from an earlier render"), frames(reusedFrames), "history")]
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
