/** The daemon's life: found, started, asked, restarted after a crash, stopped. */

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
import { type Attempt, findPython } from "./environment.ts";
import { ProgressNotifications } from "./progress.ts";
import type { Job, Notifications, Requests } from "./protocol.ts";
import { allowsNoSandbox, workspaceFolders } from "./settings/read.ts";

export type DaemonState = "idle" | "starting" | "ready" | "missingPython" | "stopped";

const CRASH_WINDOW_MS = 180_000;
const MAX_CRASHES = 4;
const FIRST_BACKOFF_MS = 1_000;

/** The daemon was stopped, ended by itself and starts again soon, or will only start when asked to. */
export type DaemonEnd = "stopped" | "crashed" | "gaveUp";

interface Running {
  readonly client: LanguageClient;
  readonly progress: ProgressNotifications;
}

export class Daemon {
  readonly #stateChanged = new vscode.EventEmitter<DaemonState>();
  readonly #jobChanged = new vscode.EventEmitter<Job>();
  readonly #ended = new vscode.EventEmitter<DaemonEnd>();
  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidChangeJob = this.#jobChanged.event;
  readonly onDidEnd = this.#ended.event;

  readonly #extensionPath: string;
  readonly #log: vscode.LogOutputChannel;
  #state: DaemonState = "idle";
  #python: string | undefined;
  #tried: readonly Attempt[] = [];
  #running: Running | undefined;
  #starting: Promise<boolean> | undefined;
  #crashes: number[] = [];
  #backoff: NodeJS.Timeout | undefined;

  constructor(extensionPath: string, log: vscode.LogOutputChannel) {
    this.#extensionPath = extensionPath;
    this.#log = log;
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** The Python that runs the daemon. */
  get python(): string | undefined {
    return this.#python;
  }

  /** What the last search for a Python tried, when it found none. */
  get tried(): readonly Attempt[] {
    return this.#tried;
  }

  /** Whether the daemon is ready; starts it when it is not running. */
  async start(): Promise<boolean> {
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
    running?.progress.endAll();
    this.#ended.fire("stopped");
  }

  async request<M extends keyof Requests>(method: M, params: Requests[M][0]): Promise<Requests[M][1]> {
    if (!this.#running) {
      throw new Error("The Helios daemon is not running.");
    }
    return await this.#running.client.sendRequest<Requests[M][1]>(method, params);
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
    const setting = vscode.workspace.getConfiguration("helios").get<string>("python", "");
    const search = await findPython(setting, workspaceFolders(), this.#extensionPath);
    if (search.kind === "missing") {
      this.#tried = search.tried;
      for (const { command, origin, problem } of search.tried) {
        this.#log.error(`Python ${command} (from ${origin}): ${problem}`);
      }
      this.#become("missingPython");
      return false;
    }
    this.#log.info(`Python ${search.version} at ${search.command} (from ${search.origin})`);
    this.#python = search.command;
    const running = this.#connect(search.command);
    this.#running = running;
    try {
      await running.client.start();
    } catch (error) {
      this.#log.error(`The daemon did not start: ${String(error)}`);
      this.#running = undefined;
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

  #connect(python: string): Running {
    // The editor's host hands these down, and the Node inside the daemon's Playwright would obey them.
    const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _electron, ...inherited } = process.env;
    const sandbox = allowsNoSandbox() ? { HELIOS_NO_SANDBOX: "1" } : {};
    const server: ServerOptions = {
      command: python,
      args: ["-P", "-m", "helios_renders", "serve"],
      transport: TransportKind.stdio,
      options: { cwd: this.#extensionPath, env: { ...inherited, ...sandbox, PYTHONUTF8: "1" } },
    };
    const progress = new ProgressNotifications((token) =>
      client.sendNotification("window/workDoneProgress/cancel", { token }),
    );
    const options: LanguageClientOptions = {
      outputChannel: this.#log,
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
    const client = new LanguageClient("helios", "Helios", server, options);
    client.onNotification(
      "helios/render/changed" satisfies keyof Notifications,
      ({ job }: Notifications["helios/render/changed"]) => this.#jobChanged.fire(job),
    );
    return { client, progress };
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
