/**
 * The daemon's protocol, as `daemon/helios_renders/server/protocol.py` declares it.
 *
 * A test compares the two, so a change on one side alone fails.
 */

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
}

export type JournalState = "owned" | "readOnly" | "none";

export interface JournalStatus {
  readonly state: JournalState;
  readonly path: string | null;
  readonly note: string;
}

export interface StartRenderParams {
  readonly composition: string;
  readonly output?: string | null;
  readonly outputFolder?: string | null;
  readonly concurrency?: unknown;
  readonly range?: unknown;
  readonly fps?: unknown;
  readonly size?: unknown;
  readonly duration?: unknown;
  readonly props?: unknown;
  readonly surface?: unknown;
  readonly crf?: unknown;
  readonly preset?: unknown;
  readonly even?: unknown;
  readonly overwrite?: boolean;
  readonly forceConcurrency?: boolean;
  readonly allowPageErrors?: boolean;
  readonly cache?: boolean;
  readonly root?: string | null;
  readonly browser?: string | null;
  readonly ffmpeg?: string | null;
  readonly network?: unknown;
  readonly workDoneToken?: string | number | null;
}

export interface StartRenderResult {
  readonly jobId: string;
  readonly concurrency: Concurrency;
}

export interface CancelRenderParams {
  readonly jobId: string;
}

export interface CancelRenderResult {
  readonly job: Job;
}

export interface PauseRenderParams {
  readonly jobId: string;
}

export interface PauseRenderResult {
  readonly job: Job;
}

export interface ResumeRenderParams {
  readonly jobId: string;
}

export interface ResumeRenderResult {
  readonly job: Job;
}

export interface MoveRenderParams {
  readonly jobId: string;
  readonly before?: string | null;
}

export interface MoveRenderResult {
  readonly job: Job;
}

export interface RetryRenderParams {
  readonly jobId: string;
  readonly workDoneToken?: string | number | null;
}

export interface RetryRenderResult {
  readonly job: Job;
}

export interface RemoveRenderParams {
  readonly jobId: string;
}

export type RemoveRenderResult = Record<never, never>;

export type RendersParams = Record<never, never>;

export interface RendersResult {
  readonly jobs: readonly Job[];
  readonly journal: JournalStatus;
}

export interface CapacityParams {
  readonly concurrency?: unknown;
}

export interface CapacityBound {
  readonly bound: string;
  readonly workers: number;
  readonly detail: string;
}

export interface CapacityResult {
  readonly concurrency: Concurrency;
  readonly bounds: readonly CapacityBound[];
}

export interface RenderChangedParams {
  readonly job: Job;
}

/** Every request by its method: what goes there and what comes back. */
export interface Requests {
  readonly "helios/render/start": [StartRenderParams, StartRenderResult];
  readonly "helios/render/cancel": [CancelRenderParams, CancelRenderResult];
  readonly "helios/render/pause": [PauseRenderParams, PauseRenderResult];
  readonly "helios/render/resume": [ResumeRenderParams, ResumeRenderResult];
  readonly "helios/render/move": [MoveRenderParams, MoveRenderResult];
  readonly "helios/render/retry": [RetryRenderParams, RetryRenderResult];
  readonly "helios/render/remove": [RemoveRenderParams, RemoveRenderResult];
  readonly "helios/renders": [RendersParams, RendersResult];
  readonly "helios/capacity": [CapacityParams, CapacityResult];
}

/** Every notification of the daemon by its method. */
export interface Notifications {
  readonly "helios/render/changed": RenderChangedParams;
}

/** What goes with an error of the JSON-RPC codes 1000 to 1399. */
export interface ErrorData {
  readonly code: string;
  readonly advice: string;
  readonly details: readonly string[];
}
