/** A job and all that it is made of, the part of the protocol that is shown; see `protocol.ts`. */

export type JobState =
  | "queued"
  | "rendering"
  | "assembling"
  | "paused"
  | "done"
  | "failed"
  | "cancelled"
  | "interrupted";

export type Phase = "queued" | "starting" | "rendering" | "assembling" | "done";

export type Bound =
  | "request"
  | "cores"
  | "affinity"
  | "cpuQuota"
  | "memory"
  | "memoryLimit"
  | "others"
  | "frames"
  | "chunks"
  | "maximum";

export interface Concurrency {
  readonly requested: number;
  readonly effective: number;
  readonly limitedBy: Bound;
  readonly auto: boolean;
}

export interface WorkerProgress {
  readonly worker: number;
  readonly state: string;
  readonly chunk: number | null;
  readonly frame: number | null;
  readonly fps: number | null;
}

export interface RenderProgress {
  readonly phase: Phase;
  readonly framesDone: number;
  readonly framesTotal: number;
  readonly percent: number;
  readonly fps: number | null;
  readonly etaSeconds: number | null;
  readonly workers: readonly WorkerProgress[];
  readonly waiting: string;
}

export interface PageProblem {
  readonly message: string;
  readonly script: string;
  readonly line: number;
  readonly column: number;
  readonly frame: number;
}

export interface RenderResult {
  readonly output: string;
  readonly frames: number;
  readonly reusedFrames: number;
  readonly seconds: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly concurrency: Concurrency;
  readonly browser: string;
  readonly sandbox: string;
  readonly surface: string;
  readonly surfaceReason: string;
  readonly surfacePsnr: number | null;
  readonly encoder: string;
  readonly subtitles: string;
  readonly sidecar: string | null;
  readonly sidecarSha256: string;
  readonly audio: readonly string[];
  readonly pageErrors: readonly PageProblem[];
  readonly warnings: readonly string[];
}

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly details: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly composition: string;
  readonly name: string;
  readonly state: JobState;
  readonly createdAt: number;
  readonly concurrency: Concurrency;
  readonly output: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly progress: RenderProgress | null;
  readonly result: RenderResult | null;
  readonly error: JobError | null;
  readonly attempt: number;
  readonly order: number;
  readonly needsBytes: number | null;
  readonly elsewhere: boolean;
}

export type JournalState = "owned" | "readOnly" | "none";

export interface JournalStatus {
  readonly state: JournalState;
  readonly path: string | null;
  readonly note: string;
}
