/** Changes one setting from the view or the palette, and takes settings back to their defaults. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Daemon } from "../daemon.ts";
import { fileInFront } from "../front.ts";
import type { Messages } from "../messages.ts";
import { askOption } from "./askOption.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { optionFor } from "./fitting.ts";
import { OPTIONS, optionOf } from "./options.ts";
import { readOptions } from "./read.ts";
import { isStarted } from "./ready.ts";
import { concurrencyWords } from "./rows.ts";
import { scopesWith } from "./sources.ts";
import { BACK } from "./steps.ts";
import { readable } from "./values.ts";
import { NO_PRESET } from "./words.ts";
import { scopeFor, writeSetting } from "./write.ts";

export class SettingChanges {
  readonly #daemon: Daemon;
  readonly #messages: Messages;

  constructor(daemon: Daemon, messages: Messages) {
    this.#daemon = daemon;
    this.#messages = messages;
  }

  /** Asks for the value of the row's option, or of one that the person chooses, and writes it. */
  async change(row?: unknown): Promise<void> {
    const page = fileInFront();
    const current = readOptions(page);
    const key = isKey(row) ? row : await pickKey(l10n.t("Change Render Setting"), current, allKeys());
    if (key === PRESET_KEY) {
      await vscode.commands.executeCommand("helios.choosePreset");
      return;
    }
    if (!key) {
      return;
    }
    if (!(await isStarted(this.#daemon, this.#messages))) {
      return;
    }
    const option = optionFor(key, current.values);
    const hint = option.kind === "concurrency" ? await this.#capacityHint() : "";
    const value = current.values.get(key)?.value;
    const answer = await askOption(this.#daemon, option, value, { title: option.title }, hint);
    if (answer && answer !== BACK) {
      await writeSetting(`render.${key}`, answer.value, scopeFor(current.settings.get(key)), page);
    }
  }

  /** Takes a setting away from the narrowest place that has it, and offers the others. */
  async reset(row?: unknown): Promise<void> {
    const page = fileInFront();
    const current = readOptions(page);
    const set = allKeys().filter((key) => scopesWith(current.settings.get(key) ?? {}).length > 0);
    if (set.length === 0) {
      this.#messages.info(l10n.t("All render settings have their defaults."));
      return;
    }
    const key = isKey(row) ? row : await pickKey(l10n.t("Reset to Default"), current, set);
    const [scope, ...wider] = scopesWith(current.settings.get(key ?? "") ?? {});
    if (!key || !scope) {
      return;
    }
    await writeSetting(`render.${key}`, undefined, scope, page);
    const [next] = wider;
    if (next) {
      const title = titleOf(key);
      const text =
        next === "user"
          ? l10n.t("{0} is set in the user settings too, which count now.", title)
          : l10n.t("{0} is set in the workspace settings too, which count now.", title);
      this.#messages.info(text, [l10n.t("Reset There Too"), () => this.reset(key)]);
    }
  }

  async #capacityHint(): Promise<string> {
    const capacity = await this.#daemon.ask("helios/capacity", { concurrency: "auto" });
    return capacity ? ` ${l10n.t("Here: {0}.", concurrencyWords(capacity, ""))}` : "";
  }
}

function allKeys(): string[] {
  return [PRESET_KEY, ...OPTIONS.map(({ key }) => key)];
}

function isKey(row: unknown): row is string {
  return typeof row === "string" && allKeys().includes(row);
}

function titleOf(key: string): string {
  return key === PRESET_KEY ? l10n.t("Preset") : optionOf(key).title;
}

async function pickKey(
  title: string,
  current: Current,
  keys: readonly string[],
): Promise<string | undefined> {
  const items = keys.map((key) => ({ label: titleOf(key), description: valueWords(key, current), key }));
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: l10n.t("Choose a setting") });
  return chosen?.key;
}

function valueWords(key: string, current: Current): string {
  return key === PRESET_KEY
    ? String(current.presetName || NO_PRESET)
    : readable(optionOf(key), current.values.get(key)?.value);
}
