/** Asks for the options of one render, step by step; nothing is saved. */

import * as l10n from "@vscode/l10n";
import type * as vscode from "vscode";
import { type CompositionItem, compositionItems, NO_PAGE } from "../compositions/pick.ts";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import { choose, type Frame } from "./ask.ts";
import { askOption } from "./askOption.ts";
import { begunWith, type Current, overlaid } from "./current.ts";
import { optionFor } from "./fitting.ts";
import { presetItems } from "./presetCommands.ts";
import { readOptions } from "./read.ts";
import { BACK, runSteps, type Step } from "./steps.ts";

export interface Chosen {
  readonly page: vscode.Uri;
  readonly options: Current;
}

interface State {
  readonly page: vscode.Uri | undefined;
  readonly options: Current;
}

const TITLE = l10n.t("Render with Options");
const ASKED = ["format", "size", "scale", "fps", "range", "concurrency", "outputName"];

/** What the person chose for this render, beginning with the page unless it is given. */
export async function askForOptions(
  daemon: Daemon,
  messages: Messages,
  page: vscode.Uri | undefined,
): Promise<Chosen | undefined> {
  const items = page ? [] : await compositionItems();
  if (!page && items.length === 0) {
    messages.info(NO_PAGE);
    return undefined;
  }
  const steps = [...(page ? [] : [askPage(items)]), askPreset, ...ASKED.map((key) => askFor(daemon, key))];
  const state = await runSteps(steps, { page, options: readOptions(page) });
  return state?.page && { page: state.page, options: state.options };
}

function askPage(items: readonly CompositionItem[]): Step<State> {
  return async (_, position) => {
    const pages = items.map(({ page, ...item }) => ({ ...item, value: page }));
    const answer = await choose(frame(position), l10n.t("Choose the page to render"), pages);
    return answer && answer !== BACK ? { page: answer.value, options: readOptions(answer.value) } : answer;
  };
}

const askPreset: Step<State> = async ({ page, options }, position) => {
  const items = presetItems(options);
  const active = items.find(({ value }) => value?.name === options.presetName);
  const answer = await choose(frame(position), l10n.t("Choose what this render begins with"), items, active);
  if (!answer || answer === BACK) {
    return answer;
  }
  return { page, options: begunWith(options, answer.value) };
};

function askFor(daemon: Daemon, key: string): Step<State> {
  return async ({ page, options }, position) => {
    const option = optionFor(key, options.values);
    const current = options.values.get(key)?.value;
    const { title, ...rest } = frame(position);
    const answer = await askOption(daemon, option, current, { title: `${title}: ${option.title}`, ...rest });
    return answer && answer !== BACK ? { page, options: overlaid(options, { [key]: answer.value }) } : answer;
  };
}

function frame(position: { readonly step: number; readonly totalSteps: number }): Frame {
  return { title: TITLE, ...position, canGoBack: position.step > 1 };
}
