/** Reads the settings. */

import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { expandPath } from "../environment.ts";
import type { StartRenderParams } from "../protocol.ts";
import { type Current, readCurrent, toParams } from "./current.ts";
import type { Inspection } from "./sources.ts";

/** All render options as they count for a page, or for the window when there is none. */
export function readOptions(scope: vscode.Uri | undefined): Current {
  const settings = vscode.workspace.getConfiguration("helios", scope);
  const hasFolderSettings = vscode.workspace.workspaceFile !== undefined;
  return readCurrent((key) => {
    const { workspaceFolderValue, ...wider } = (settings.inspect(key) ?? {}) as Inspection;
    // A folder that was opened by itself is the workspace, and VS Code tells of its settings twice.
    return hasFolderSettings ? { ...wider, workspaceFolderValue } : wider;
  });
}

/** What the daemon is asked for, to render a page with these options. */
export function renderParams(page: vscode.Uri, current: Current): StartRenderParams {
  return {
    ...toParams(current),
    composition: page.fsPath,
    outputFolder: pathOf(page, current, "outputFolder"),
    subtitles: subtitles(page, current),
    browser: readExecutable("browser"),
    ffmpeg: readExecutable("ffmpeg"),
  };
}

/** The path that the person chose, or null when the daemon should look itself. */
export function readExecutable(name: "browser" | "ffmpeg"): string | null {
  const text = vscode.workspace.getConfiguration("helios").get<string>(name, "");
  return text.trim() === "" ? null : expandPath(text, workspaceFolders());
}

/** Whether browsers may start without Chromium's sandbox; only the person's own settings count. */
export function allowsNoSandbox(): boolean {
  return vscode.workspace.getConfiguration("helios").get("allowNoSandbox", false);
}

export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === "file")
    .map((folder) => folder.uri.fsPath);
}

/** A file's whole path, or a word that the daemon knows, or null for what the composition says. */
function subtitles(page: vscode.Uri, current: Current): string | null {
  const text = String(current.values.get("subtitles")?.value).trim();
  if (text === "") {
    return null;
  }
  return text === "page" || text === "none" ? text : pathOf(page, current, "subtitles");
}

/** A path within the page's workspace folder, or beside a page that is in none. */
function pathOf(page: vscode.Uri, current: Current, key: string): string {
  const base = vscode.workspace.getWorkspaceFolder(page)?.uri.fsPath ?? path.dirname(page.fsPath);
  const text = String(current.values.get(key)?.value)
    .trim()
    .replace(/^~(?=[\\/]|$)/, () => homedir())
    .replaceAll("${workspaceFolder}", () => base);
  return path.resolve(base, text);
}
