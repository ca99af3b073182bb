/** The command Doctor: a readable report of what a render needs, and of this window. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { PythonSearch } from "../environment.ts";
import { brokenOff, type Check, doctorReport, type Facts, parseChecks } from "./checks.ts";
import { attemptWords, missingPythonWords } from "./failures.ts";
import type { PythonFinder } from "./finder.ts";
import type { Finished } from "./process.ts";
import { runTool, withCancellableProgress } from "./tool.ts";

const SCHEME = "helios-doctor";
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: "Helios Doctor.md" });

export class Doctor implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #daemon: Daemon;
  readonly #finder: PythonFinder;
  readonly #version: string;
  readonly #ending = new AbortController();
  readonly #registration: vscode.Disposable;
  #report = "";

  constructor(daemon: Daemon, finder: PythonFinder, version: string) {
    this.#daemon = daemon;
    this.#finder = finder;
    this.#version = version;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.#ending.abort();
    vscode.Disposable.from(this.#registration, this.#changed).dispose();
  }

  provideTextDocumentContent(): string {
    return this.#report;
  }

  /** Examines the machine and shows the report; nothing is shown when it was cancelled. */
  async examine(): Promise<void> {
    const title = l10n.t("Helios examines this machine");
    const report = await withCancellableProgress(title, this.#ending.signal, async (signal, onStep) => {
      const python = await this.#finder.find();
      const onLine = (line: string) => {
        for (const { name } of parseChecks([line])) {
          onStep(name);
        }
      };
      const checks =
        python.kind === "found"
          ? checksOf(await runTool(python, ["doctor", "--json"], { signal, onLine }))
          : [noPython(python)];
      return doctorReport(checks, this.#facts(python));
    });
    if (report !== undefined) {
      this.#report = report;
      this.#changed.fire(REPORT);
      await vscode.commands.executeCommand("markdown.showPreview", REPORT);
    }
  }

  #facts(python: PythonSearch): Facts {
    const { state, lastWords } = this.#daemon;
    return [
      ["Helios Renders", this.#version],
      ["VS Code", `${vscode.version} (${vscode.env.appName}, ${process.platform} ${process.arch})`],
      [l10n.t("Daemon"), lastWords && state === "stopped" ? `${state}: ${lastWords}` : state],
      ...(python.kind === "found"
        ? ([
            ["Python", l10n.t("{0}, {1} (from {2})", python.version, python.command, python.origin)],
          ] as const)
        : python.tried.map((attempt) => ["Python", attemptWords(attempt)] as const)),
    ];
  }
}

function checksOf(finished: Finished): Check[] {
  const broken = brokenOff(finished);
  return [...parseChecks(finished.lines), ...(broken ? [broken] : [])];
}

function noPython(search: PythonSearch & { kind: "missing" }): Check {
  const advice = search.base
    ? l10n.t("Run **Helios: Set Up Helios** from the Command Palette.")
    : l10n.t("Install Python, or name one with **Helios: Choose Python**.");
  return { name: "python", status: "fail", message: missingPythonWords(search), advice };
}
