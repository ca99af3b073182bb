/** Whether there is a daemon, and whether it can take the options; the person is told when not. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import type { Messages } from "../messages.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { optionOf } from "./options.ts";
import { optionProblems } from "./problems.ts";

export async function isStarted(daemon: Daemon, messages: Messages): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    messages.restrictedMode();
    return false;
  }
  const started = await daemon.start();
  if (!started) {
    messages.notStarted();
  }
  return started;
}

export async function isReady(daemon: Daemon, messages: Messages, options: Current): Promise<boolean> {
  if (!(await isStarted(daemon, messages))) {
    return false;
  }
  const unusable = await unusableOption(daemon, options);
  if (unusable) {
    messages.unusableSetting(unusable.title, unusable.problem, unusable.setting);
  }
  return unusable === undefined;
}

export interface UnusableOption {
  readonly title: string;
  readonly problem: string;
  /** Where it is set. */
  readonly setting: string;
}

/** The first option that no render can have as it is set. */
export async function unusableOption(daemon: Daemon, options: Current): Promise<UnusableOption | undefined> {
  const [first] = await optionProblems(daemon, options);
  if (!first) {
    return undefined;
  }
  const [key, problem] = first;
  const isOfPreset = options.values.get(key)?.source === "preset";
  const title = key === PRESET_KEY ? l10n.t("Preset") : optionOf(key).title;
  return {
    title: isOfPreset ? l10n.t("{0} of the preset {1}", title, String(options.presetName)) : title,
    problem,
    setting: isOfPreset ? "helios.presets" : `helios.render.${key}`,
  };
}
