/** Looks for a Python in the places that this window knows of. */

import * as vscode from "vscode";
import { findPython, type PythonSearch } from "../environment.ts";
import { workspaceFolders } from "../settings/read.ts";
import { OwnEnvironment } from "./ownEnvironment.ts";
import { extensionPythons } from "./pythonExtensions.ts";

export class PythonFinder {
  readonly own: OwnEnvironment;
  readonly #cwd: string;
  readonly #log: vscode.LogOutputChannel;

  constructor(
    { globalStorageUri, extensionUri, extension }: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
  ) {
    const { version } = extension.packageJSON as { version: string };
    const wheels = vscode.Uri.joinPath(extensionUri, "dist").fsPath;
    this.own = new OwnEnvironment(globalStorageUri.fsPath, wheels, version);
    this.#cwd = extensionUri.fsPath;
    this.#log = log;
  }

  /** The Python that a daemon of this window is started with from now on. */
  async findForDaemon(): Promise<PythonSearch> {
    const search = await this.find();
    await this.own
      .use(search.kind === "found" ? search.command : "")
      .catch((error) => this.#log.warn(`The use of Helios' environment was not noted: ${String(error)}`));
    return search;
  }

  async find(): Promise<PythonSearch> {
    const sources = {
      setting: vscode.workspace.getConfiguration("helios").get<string>("python", ""),
      own: this.own.python,
      folders: workspaceFolders(),
      extensions: () =>
        extensionPythons(
          (id) => vscode.extensions.getExtension(id),
          vscode.workspace.workspaceFolders?.[0]?.uri,
          (text) => this.#log.warn(text),
        ),
    };
    return await findPython(sources, this.#cwd);
  }
}
