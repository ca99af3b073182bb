/** What is done with a render's file and with what is known of it: open, reveal, copy. */

import { createHash } from "node:crypto";
import { platform } from "node:process";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import { messageOf } from "../errors.ts";
import { isHere, openWithSystem } from "../external.ts";
import type { Job } from "../protocol.ts";
import { renderCommand, shellOf } from "./shell.ts";
import { outputOf } from "./states.ts";
import { BY_NAME, viewerOf } from "./viewers.ts";

export async function openOutput(job: Job): Promise<void> {
  await withOutput(job, openFile);
}

/** In an editor that shows it; a folder of pictures is shown where it lies, and so is what no editor here shows. */
async function openFile(uri: vscode.Uri): Promise<void> {
  const { type } = await vscode.workspace.fs.stat(uri);
  const viewer = viewerOf(uri.path, vscode.env.uiKind === vscode.UIKind.Web);
  if (type & vscode.FileType.Directory) {
    await revealOutput(uri);
  } else if (viewer === BY_NAME) {
    await vscode.commands.executeCommand("vscode.open", uri);
  } else if (viewer !== undefined) {
    await vscode.commands.executeCommand("vscode.openWith", uri, viewer);
  } else if (isHere()) {
    await openExternally(uri);
  } else {
    await revealOutput(uri);
    const name = vscode.workspace.asRelativePath(uri);
    void vscode.window.showInformationMessage(
      l10n.t("VS Code cannot play {0} here. Download it to open it.", name),
    );
  }
}

/** Bytes of a file, or of all files of a folder of pictures. */
export async function sizeOf(uri: vscode.Uri): Promise<number> {
  const { type, size } = await vscode.workspace.fs.stat(uri);
  if (!(type & vscode.FileType.Directory)) {
    return size;
  }
  const files = await vscode.workspace.fs.readDirectory(uri);
  const sizes = files.map(
    async ([name]) => (await vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0);
}

/** SHA-256 in hexadecimal; undefined for a file that is not there. */
export async function digestOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return createHash("sha256")
      .update(await vscode.workspace.fs.readFile(uri))
      .digest("hex");
  } catch (error) {
    if (isMissing(error)) {
      return;
    }
    throw error;
  }
}

/** Whether an error says that a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && error.code === "FileNotFound";
}

export async function openOutputExternally(job: Job): Promise<void> {
  await withOutput(job, openExternally);
}

export async function revealJobOutput(job: Job): Promise<void> {
  await withOutput(job, revealOutput);
}

export async function copyOutputPath(jobs: readonly Job[]): Promise<void> {
  await vscode.env.clipboard.writeText(jobs.map(outputOf).join("\n"));
}

/** Rejects when the daemon knows no such job. */
export async function commandLine(daemon: Daemon, job: Job): Promise<string> {
  const { arguments: words } = await daemon.request("helios/render/command", { jobId: job.id });
  return renderCommand(words, shellOf(vscode.env.shell, platform));
}

export async function copyCommandLine(daemon: Daemon, jobs: readonly Job[]): Promise<void> {
  try {
    const lines = await Promise.all(jobs.map((job) => commandLine(daemon, job)));
    await vscode.env.clipboard.writeText(lines.join("\n"));
    vscode.window.setStatusBarMessage(l10n.t("Copied the command line"), 3_000);
  } catch (error) {
    const why = messageOf(error);
    void vscode.window.showErrorMessage(l10n.t("No command line was copied. {0}", why));
  }
}

async function openExternally(uri: vscode.Uri): Promise<void> {
  if (!(await openWithSystem(uri))) {
    void vscode.window.showErrorMessage(l10n.t("No other program opened {0}.", uri.fsPath));
  }
}

/** In the explorer of VS Code when the file is in the workspace, else in the one of the system. */
async function revealOutput(uri: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await vscode.commands.executeCommand("revealInExplorer", uri);
  } else if (isHere()) {
    await vscode.commands.executeCommand("revealFileInOS", uri);
  } else {
    void vscode.window.showInformationMessage(
      l10n.t("{0} is outside the workspace, on a machine whose folders cannot be shown here.", uri.fsPath),
    );
  }
}

/** A file that somebody has moved or deleted is said to be missing, whatever was to be done with it. */
async function withOutput(job: Job, use: (uri: vscode.Uri) => Thenable<unknown>): Promise<void> {
  const output = outputOf(job);
  if (!output) {
    return;
  }
  const uri = vscode.Uri.file(output);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    const why = isMissing(error)
      ? l10n.t("{0} is not there any more. Render {1} again for it.", output, job.name)
      : l10n.t("{0} cannot be read: {1}", output, String(error));
    void vscode.window.showErrorMessage(why);
    return;
  }
  await use(uri);
}
