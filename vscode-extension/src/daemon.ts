/** The daemon's life: found, started, asked, restarted after a crash, stopped. */

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";
import { HELPED_DOCUMENTS } from "./compositions/documents.ts";
import type { FoundPython, MissingPython, PythonSearch } from "./environment.ts";
import { ProgressNotifications } from "./progress.ts";
import { TooLate, unless, within, withResolvers } from "./promises.ts";
import type { Job, Notifications, Requests } from "./protocol.ts";
import { attemptWords } from "./setup/failures.ts";
import { daemonEnvironment } from "./setup/tool.ts";

/** It needs to be set up where a Python lacks nothing but the package. */
export type DaemonState = "idle" | "starting" | "ready" | "needsSetUp" | "missingPython" | "stopped";

const CRASH_WINDOW_MS = 180_000;
const MAX_CRASHES = 4;
const FIRST_BACKOFF_MS = 1_000;

/** The daemon was stopped, ended by itself and starts again soon, or will only start when asked to. */
export type DaemonEnd = "stopped" | "crashed" | "gaveUp";

/** How long a daemon that starts may stay silent: one that hangs would never end by itself. */
const START_MS = 30_000;

const NOT_RUNNING = l10n.t("The Helios daemon is not running.");

/** How long the last words of a daemon that is gone are waited for. */
const LAST_WORDS_MS = 1_000;

interface Running {
  readonly client: LanguageClient;
  readonly progress: ProgressNotifications;
  /** Ends what is still asked of it: a daemon that hangs while it is stopped answers nothing any more. */
  readonly gone: AbortController;
  /** Done when all that the daemon wrote to its standard error has been read. */
  readonly heard: Promise<void>;
}

/** The library would show messages of its own beside ours; what it says is for the log. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Daemon {
  readonly #stateChanged = new vscode.EventEmitter<DaemonState>();
  readonly #jobChanged = new vscode.EventEmitter<Job>();
  readonly #jobsRemoved = new vscode.EventEmitter<readonly string[]>();
  readonly #ended = new vscode.EventEmitter<DaemonEnd>();
  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidChangeJob = this.#jobChanged.event;
  readonly onDidRemoveJobs = this.#jobsRemoved.event;
  readonly onDidEnd = this.#ended.event;

  readonly #extensionPath: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #findPython: () => Promise<PythonSearch>;
  #state: DaemonState = "idle";
  #python: PythonSearch | undefined;
  #lastWords = "";
  #running: Running | undefined;
  #starting: Promise<boolean> | undefined;
  #crashes: number[] = [];
  #backoff: NodeJS.Timeout | undefined;

  constructor(extensionPath: string, log: vscode.LogOutputChannel, findPython: () => Promise<PythonSearch>) {
    this.#extensionPath = extensionPath;
    this.#log = log;
    this.#findPython = findPython;
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** What the last search for a Python came to. */
  get python(): PythonSearch | undefined {
    return this.#python;
  }

  /** How often it ended by itself within the last minutes. */
  get crashes(): number {
    return this.#crashes.length;
  }

  /** The last line that the daemon wrote to its standard error, where it says why it ended. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** Whether the daemon is ready; starts it when it is not running, but never in Restricted Mode. */
  async start(): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      return false;
    }
    clearTimeout(this.#backoff);
    if (this.#state === "ready") {
      return true;
    }
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  async restart(): Promise<boolean> {
    await this.stop();
    this.#crashes = [];
    return await this.start();
  }

  /** Ends the daemon; it ends its workers, browsers and encoders first. */
  async stop(): Promise<void> {
    clearTimeout(this.#backoff);
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    this.#running = undefined;
    this.#become("idle");
    try {
      await running?.client.stop();
    } catch (error) {
      this.#log.warn(`The daemon did not stop in order: ${String(error)}`);
    }
    running?.gone.abort(new Error(NOT_RUNNING));
    running?.progress.endAll();
    this.#ended.fire("stopped");
  }

  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M][1]> {
    if (!this.#running) {
      throw new Error(NOT_RUNNING);
    }
    const { client, gone } = this.#running;
    // The client would send an argument that is undefined along, as a second parameter.
    const more: [] | [vscode.CancellationToken] = token ? [token] : [];
    return await unless(gone.signal, client.sendRequest<Requests[M][1]>(method, params, ...more));
  }

  /** The answer, or undefined when the daemon is not there to give it: for what may as well stay unknown. */
  async ask<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
  ): Promise<Requests[M][1] | undefined> {
    if (this.#state !== "ready") {
      return undefined;
    }
    try {
      return await this.request(method, params);
    } catch (error) {
      this.#log.warn(`${method} was not answered: ${String(error)}`);
      return undefined;
    }
  }

  async #launch(): Promise<boolean> {
    this.#become("starting");
    const search = await this.#findPython();
    this.#python = search;
    this.#lastWords = "";
    if (search.kind === "missing") {
      this.#notFound(search);
      return false;
    }
    this.#log.info(`Python ${search.version} at ${search.command} (from ${search.origin})`);
    const running = this.#connect(search);
    this.#running = running;
    try {
      await within(START_MS, running.client.start());
    } catch (error) {
      this.#log.error(`The daemon did not start: ${String(error)}`);
      this.#running = undefined;
      running.client.serverProcess?.kill("SIGKILL");
      await Promise.race([running.heard, sleep(LAST_WORDS_MS)]);
      if (error instanceof TooLate) {
        this.#lastWords = error.message;
      }
      this.#become("stopped");
      return false;
    }
    if (this.#running !== running) {
      this.#become("stopped");
      return false;
    }
    this.#log.info("The daemon is ready.");
    this.#become("ready");
    return true;
  }

  #notFound(search: MissingPython): void {
    for (const attempt of search.tried) {
      this.#log.error(`Python ${attemptWords(attempt)}`);
    }
    this.#become(search.base ? "needsSetUp" : "missingPython");
  }

  #connect(python: FoundPython): Running {
    const server: ServerOptions = {
      command: python.command,
      args: ["-P", "-m", "helios_renders", "serve"],
      transport: TransportKind.stdio,
      options: { cwd: this.#extensionPath, env: daemonEnvironment(python) },
    };
    const progress = new ProgressNotifications((token) =>
      client.sendNotification("window/workDoneProgress/cancel", { token }),
    );
    const { promise: heard, resolve: listened } = withResolvers();
    const options: LanguageClientOptions = {
      documentSelector: [...HELPED_DOCUMENTS],
      outputChannel: this.#log,
      stdioOptions: {
        stdout: (input) => createInterface({ input }).on("line", (line) => this.#log.info(line)),
        stderr: (input) => {
          createInterface({ input })
            .on("line", (line) => this.#note(line))
            .on("close", listened);
        },
      },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          progress.endAll();
          this.#onClosed(client);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: { handleWorkDoneProgress: (token, params) => progress.handle(token, params) },
    };
    const client = new QuietClient("helios", "Helios", server, options);
    client.onNotification(
      "helios/render/changed" satisfies keyof Notifications,
      ({ job }: Notifications["helios/render/changed"]) => this.#jobChanged.fire(job),
    );
    client.onNotification(
      "helios/renders/removed" satisfies keyof Notifications,
      ({ jobIds }: Notifications["helios/renders/removed"]) => this.#jobsRemoved.fire(jobIds),
    );
    return { client, progress, heard, gone: new AbortController() };
  }

  #note(line: string): void {
    this.#log.error(line);
    this.#lastWords = line.trim() || this.#lastWords;
  }

  #onClosed(client: LanguageClient): void {
    if (this.#running?.client !== client) {
      return;
    }
    this.#running = undefined;
    if (this.#state !== "ready") {
      return;
    }
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    const final = this.#crashes.length >= MAX_CRASHES;
    this.#log.error(
      `The daemon ended by itself (${this.#crashes.length} of ${MAX_CRASHES} within 3 minutes).`,
    );
    this.#become(final ? "stopped" : "starting");
    this.#ended.fire(final ? "gaveUp" : "crashed");
    if (!final) {
      const wait = FIRST_BACKOFF_MS * 2 ** (this.#crashes.length - 1);
      this.#backoff = setTimeout(() => void this.#startAgain(), wait);
    }
  }

  async #startAgain(): Promise<void> {
    if (!(await this.start())) {
      this.#ended.fire("gaveUp");
    }
  }

  #become(state: DaemonState): void {
    if (this.#state !== state) {
      this.#state = state;
      this.#stateChanged.fire(state);
    }
  }
}
