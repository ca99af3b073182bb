/**
 * The daemon's protocol, as `daemon/helios_renders/server/protocol.py` declares it.
 *
 * A test compares the two, so a change on one side alone fails.
 */

import type { Concurrency, Job, JournalStatus } from "./job.ts";

export type * from "./job.ts";

export interface StartRenderParams {
  readonly composition: string;
  readonly output?: string | null;
  readonly outputFolder?: string | null;
  readonly outputName?: unknown;
  readonly presetName?: string | null;
  readonly concurrency?: unknown;
  readonly range?: unknown;
  readonly fps?: unknown;
  readonly size?: unknown;
  readonly scale?: unknown;
  readonly pixelRatio?: unknown;
  readonly duration?: unknown;
  readonly props?: unknown;
  readonly surface?: unknown;
  readonly format?: unknown;
  readonly codec?: unknown;
  readonly crf?: unknown;
  readonly bitrate?: unknown;
  readonly preset?: unknown;
  readonly encoder?: unknown;
  readonly gop?: unknown;
  readonly pixelFormat?: unknown;
  readonly transparent?: boolean;
  readonly audioCodec?: unknown;
  readonly audioBitrate?: unknown;
  readonly even?: unknown;
  readonly overwrite?: boolean;
  readonly forceConcurrency?: boolean;
  readonly allowPageErrors?: boolean;
  readonly cache?: boolean;
  readonly root?: string | null;
  readonly browser?: string | null;
  readonly ffmpeg?: string | null;
  readonly readyTimeout?: unknown;
  readonly network?: unknown;
  readonly audio?: boolean;
  readonly audioTracks?: unknown;
  readonly loudness?: unknown;
  readonly limiter?: boolean;
  readonly gpu?: unknown;
  readonly subtitles?: string | null;
  readonly subtitleMode?: unknown;
  readonly subtitleStyle?: unknown;
  readonly subtitleLanguage?: unknown;
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

export interface RenderAgainParams {
  readonly jobId: string;
  readonly workDoneToken?: string | number | null;
}

export interface RenderAgainResult {
  readonly job: Job;
}

export interface RenderCommandParams {
  readonly jobId: string;
}

export interface RenderCommandResult {
  readonly arguments: readonly string[];
}

export interface RenderLogParams {
  readonly jobId: string;
}

export interface LogLine {
  readonly at: number;
  readonly level: string;
  readonly message: string;
}

export interface RenderLogResult {
  readonly lines: readonly LogLine[];
}

export type ClearRendersParams = Record<never, never>;

export interface ClearRendersResult {
  readonly jobIds: readonly string[];
}

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

export interface SearchFolder {
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface FoundComposition {
  readonly path: string;
  readonly name: string;
  readonly size: Size | null;
  readonly fps: number | null;
  readonly seconds: number | null;
  readonly frames: number | null;
  readonly problem: string | null;
}

export interface FoundFolder {
  readonly path: string;
  readonly compositions: readonly FoundComposition[];
  readonly problems: readonly string[];
}

export interface CompositionsParams {
  readonly folders: readonly SearchFolder[];
}

export interface CompositionsResult {
  readonly folders: readonly FoundFolder[];
}

export interface CheckOptionParams {
  readonly option: string;
  readonly value?: unknown;
}

export interface CheckOptionResult {
  readonly problem: string | null;
}

export interface PlanResult {
  readonly plan: Readonly<Record<string, unknown>>;
}

export type CacheParams = Record<never, never>;

export interface Usage {
  readonly folder: string;
  readonly entries: number;
  readonly sizeBytes: number;
  readonly limitBytes: number;
}

export interface CacheResult {
  readonly usage: Usage;
}

export type ClearCacheParams = Record<never, never>;

export interface ClearCacheResult {
  readonly usage: Usage;
}

export interface RenderChangedParams {
  readonly job: Job;
}

export interface RendersRemovedParams {
  readonly jobIds: readonly string[];
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
  readonly "helios/render/again": [RenderAgainParams, RenderAgainResult];
  readonly "helios/render/command": [RenderCommandParams, RenderCommandResult];
  readonly "helios/render/log": [RenderLogParams, RenderLogResult];
  readonly "helios/renders/clear": [ClearRendersParams, ClearRendersResult];
  readonly "helios/renders": [RendersParams, RendersResult];
  readonly "helios/capacity": [CapacityParams, CapacityResult];
  readonly "helios/compositions": [CompositionsParams, CompositionsResult];
  readonly "helios/option/check": [CheckOptionParams, CheckOptionResult];
  readonly "helios/plan": [StartRenderParams, PlanResult];
  readonly "helios/cache": [CacheParams, CacheResult];
  readonly "helios/cache/clear": [ClearCacheParams, ClearCacheResult];
}

/** Every notification of the daemon by its method. */
export interface Notifications {
  readonly "helios/render/changed": RenderChangedParams;
  readonly "helios/renders/removed": RendersRemovedParams;
}

/** What goes with an error of the JSON-RPC codes 1000 to 1399. */
export interface ErrorData {
  readonly code: string;
  readonly advice: string;
  readonly details: readonly string[];
}
