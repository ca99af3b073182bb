/** The command that asks for the number of workers and puts it into the settings. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import {
  CONCURRENCY_TITLE,
  isConcurrency,
  MAX_CONCURRENCY,
  pageInFront,
  readConcurrency,
  settingsTarget,
} from "./read.ts";

export async function setConcurrency(daemon: Daemon): Promise<void> {
  const page = pageInFront();
  const current = readConcurrency(page);
  const text = await vscode.window.showInputBox({
    title: CONCURRENCY_TITLE,
    prompt: `How many worker processes share one render, from 1 to ${MAX_CONCURRENCY}.${await capacityWords(daemon)}`,
    value: "workers" in current ? String(current.workers) : "1",
    validateInput: (value) =>
      isConcurrency(toNumber(value)) ? undefined : `Give a whole number from 1 to ${MAX_CONCURRENCY}.`,
  });
  if (text !== undefined) {
    const settings = vscode.workspace.getConfiguration("helios", page);
    await settings.update("render.concurrency", toNumber(text), settingsTarget(page));
  }
}

async function capacityWords(daemon: Daemon): Promise<string> {
  const capacity = await daemon.ask("helios/capacity", {});
  return capacity ? ` This machine carries ${capacity.concurrency.effective}.` : "";
}

function toNumber(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}
