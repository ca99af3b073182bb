/** Chooses a preset, and saves the settings of now as one. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { fileInFront } from "../front.ts";
import type { Messages } from "../messages.ts";
import { together } from "../plural.ts";
import { choose, type Item, type } from "./ask.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { optionOf } from "./options.ts";
import { hiddenBySettings, nameProblem, type Preset, toSave } from "./presets.ts";
import { readOptions } from "./read.ts";
import { type Scope, scopesWith } from "./sources.ts";
import { BACK } from "./steps.ts";
import { originName } from "./words.ts";
import { scopeFor, writeSetting } from "./write.ts";

const SAVE = l10n.t("Save Current as Preset");

/** The presets to choose from, after "None". */
export function presetItems(current: Current): Item<Preset | undefined>[] {
  const none: Item<Preset | undefined> = {
    label: l10n.t("None"),
    description: l10n.t("Only what is set by itself"),
    value: undefined,
  };
  const items = current.presets.map((preset) => ({
    label: preset.name,
    description: originName(preset.origin),
    detail: preset.detail,
    value: preset,
  }));
  return [none, ...items];
}

export async function choosePreset(messages: Messages): Promise<void> {
  const page = fileInFront();
  const current = readOptions(page);
  const items = presetItems(current);
  const active = items.find(({ value }) => value?.name === current.presetName);
  const answer = await choose(
    { title: l10n.t("Choose Preset") },
    l10n.t("Choose what all renders begin with"),
    items,
    active,
  );
  if (!answer || answer === BACK) {
    return;
  }
  const preset = answer.value;
  const scope = scopeFor(current.settings.get(PRESET_KEY));
  await writeSetting(`render.${PRESET_KEY}`, preset?.name ?? "", scope, page);
  if (preset) {
    offerItsValues(preset, current, page, messages);
  }
}

export async function savePreset(messages: Messages): Promise<void> {
  const page = fileInFront();
  const current = readOptions(page);
  const options = toSave(
    new Map([...current.values].map(([key, { value }]) => [key, value])),
    new Map([...current.settings].map(([key, { defaultValue }]) => [key, defaultValue])),
  );
  if (Object.keys(options).length === 0) {
    messages.info(l10n.t("No render setting that a preset can hold differs from its default."));
    return;
  }
  const name = await type({ title: SAVE }, l10n.t("The preset's name"), "", async (text) =>
    nameProblem(text),
  );
  if (!name || name === BACK) {
    return;
  }
  const scope = await pickScope();
  if (scope) {
    await save(name.value.trim(), options, scope, page);
  }
}

async function save(
  name: string,
  options: Readonly<Record<string, unknown>>,
  scope: Scope,
  page: vscode.Uri | undefined,
): Promise<void> {
  const setting = vscode.workspace.getConfiguration("helios", page).inspect("presets");
  const saved = (scope === "workspace" ? setting?.workspaceValue : setting?.globalValue) ?? {};
  if (Object.hasOwn(saved, name)) {
    const question =
      scope === "workspace"
        ? l10n.t("There is a preset {0} in the workspace settings. Replace it?", name)
        : l10n.t("There is a preset {0} in the user settings. Replace it?", name);
    const replace = l10n.t("Replace");
    if ((await vscode.window.showWarningMessage(question, { modal: true }, replace)) !== replace) {
      return;
    }
  }
  await writeSetting("presets", { ...saved, [name]: options }, scope, page);
  const preset = readOptions(page).settings.get(PRESET_KEY);
  await writeSetting(`render.${PRESET_KEY}`, name, scopeFor(preset), page);
}

async function pickScope(): Promise<Scope | undefined> {
  const items: Item<Scope>[] = [
    { label: l10n.t("User"), description: l10n.t("for you, everywhere"), value: "user" },
    {
      label: l10n.t("Workspace"),
      description: l10n.t("for everybody who opens this workspace"),
      value: "workspace",
    },
  ];
  const answer = await choose({ title: SAVE, isFollowUp: true }, l10n.t("Where to save it"), items);
  return answer && answer !== BACK ? answer.value : undefined;
}

/** What is set by itself counts before a preset; somebody who has just chosen one may not expect that. */
function offerItsValues(
  preset: Preset,
  current: Current,
  page: vscode.Uri | undefined,
  messages: Messages,
): void {
  const hidden = hiddenBySettings(preset, current.settings);
  if (hidden.length === 0) {
    return;
  }
  const { name } = preset;
  const titles = together(hidden.map((key) => optionOf(key).title));
  const isOne = hidden.length === 1;
  const text = isOne
    ? l10n.t("{0} is set by itself and counts before the preset {1}.", titles, name)
    : l10n.t("{0} are set by themselves and count before the preset {1}.", titles, name);
  messages.info(text, [
    isOne ? l10n.t("Use the Preset's Value") : l10n.t("Use the Preset's Values"),
    async () => {
      for (const key of hidden) {
        for (const scope of scopesWith(current.settings.get(key) ?? {})) {
          await writeSetting(`render.${key}`, undefined, scope, page);
        }
      }
    },
  ]);
}
