/** Reads the settings, and refuses a number of workers that cannot be. */

import * as vscode from "vscode";
import { expandPath } from "../environment.ts";

export const MAX_CONCURRENCY = 32;
export const CONCURRENCY_SETTING = "helios.render.concurrency";
export const CONCURRENCY_TITLE = "Concurrency (Workers)";

export type ConcurrencySetting = { readonly workers: number } | { readonly invalid: string };

/** The number of workers for a page, or what the setting says instead of one. */
export function readConcurrency(scope?: vscode.Uri): ConcurrencySetting {
  const value: unknown = vscode.workspace.getConfiguration("helios", scope).get("render.concurrency", 1);
  return isConcurrency(value) ? { workers: value } : { invalid: JSON.stringify(value) };
}

export function isConcurrency(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_CONCURRENCY;
}

/** The path that the person chose, or null when the daemon should look itself. */
export function readExecutable(name: "browser" | "ffmpeg"): string | null {
  const text = vscode.workspace.getConfiguration("helios").get<string>(name, "");
  return text.trim() === "" ? null : expandPath(text, workspaceFolders());
}

/** What pages may reach: everything, or nothing but their own files. The daemon refuses other words. */
export function readNetwork(scope?: vscode.Uri): unknown {
  return vscode.workspace.getConfiguration("helios", scope).get("render.network", "allow");
}

/** Whether frames of earlier renders are used again. */
export function usesCache(scope?: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration("helios", scope).get("render.cache", true);
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

/** The page's folder when several are open, else the workspace, else the user's own settings. */
export function settingsTarget(scope?: vscode.Uri): vscode.ConfigurationTarget {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1 && scope && vscode.workspace.getWorkspaceFolder(scope)) {
    return vscode.ConfigurationTarget.WorkspaceFolder;
  }
  return folders.length > 0 ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
}

/** The file in the editor, whose folder's settings count when several folders are open. */
export function pageInFront(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri : undefined;
}
