/** The compositions of the workspace, as the daemon finds them; asked for again whenever that may have changed. */

import path from "node:path";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { FoundComposition, FoundFolder } from "../protocol.ts";
import { searchOf } from "./globs.ts";

const PAGES = "**/{composition.json,*.[hH][tT][mM],*.[hH][tT][mM][lL],*.xhtml}";
const QUIET_MS = 300;

export class CompositionList implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #daemon: Daemon;
  readonly #disposables: vscode.Disposable[];
  #folders: readonly FoundFolder[] = [];
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  #wanted = 0;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    const pages = vscode.workspace.createFileSystemWatcher(PAGES);
    // A folder that comes or goes whole takes its pages along without a word about them.
    const folders = vscode.workspace.createFileSystemWatcher("**", false, true, false);
    this.#disposables = [
      this.#changed,
      pages,
      folders,
      pages.onDidCreate(() => this.#soon()),
      pages.onDidChange(() => this.#soon()),
      pages.onDidDelete(() => this.#soon()),
      folders.onDidCreate(async (uri) => {
        if (await isFolder(uri)) {
          this.#soon();
        }
      }),
      folders.onDidDelete((uri) => {
        if (this.all().some((each) => each.path.startsWith(`${uri.fsPath}${path.sep}`))) {
          this.#soon();
        }
      }),
      daemon.onDidChangeState((state) => {
        if (state === "ready") {
          void this.refresh();
        }
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("helios.compositions")) {
          void this.refresh();
        }
      }),
    ];
    void this.refresh();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** The folders of the workspace with what was found in them, in the workspace's order. */
  get folders(): readonly FoundFolder[] {
    return this.#folders;
  }

  all(): readonly FoundComposition[] {
    return this.#folders.flatMap((folder) => folder.compositions);
  }

  /** What a document is about: itself, or for a composition.json the compositions beside it. */
  about(document: vscode.Uri): readonly FoundComposition[] {
    if (path.basename(document.fsPath) === "composition.json") {
      const folder = path.dirname(document.fsPath);
      return this.all().filter((each) => path.dirname(each.path) === folder);
    }
    return this.all().filter((each) => each.path === document.fsPath);
  }

  /** Looks again; a change while the daemon is looking makes it look once more. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#wanted += 1;
    this.#asking ??= this.#catchUp().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), QUIET_MS);
  }

  async #catchUp(): Promise<void> {
    let answered = 0;
    do {
      answered = this.#wanted;
      await this.#ask();
    } while (answered < this.#wanted);
  }

  async #ask(): Promise<void> {
    const searches = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => {
        const settings = vscode.workspace.getConfiguration("helios.compositions", uri);
        return searchOf(uri.fsPath, (name) => settings.get(name));
      });
    const found = await this.#daemon.ask("helios/compositions", {
      folders: searches.map(({ folder }) => folder),
    });
    if (!found) {
      return;
    }
    this.#folders = found.folders.map((folder, index) => ({
      ...folder,
      problems: [...(searches[index]?.problems ?? []), ...folder.problems],
    }));
    const state = this.all().length > 0 ? "some" : "none";
    await vscode.commands.executeCommand("setContext", "helios.compositions", state);
    this.#changed.fire();
  }
}

/** False for what is gone again. */
async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.Directory) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) {
      return false;
    }
    throw error;
  }
}
