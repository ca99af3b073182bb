/** Presets: options under one name, those that come along and a person's own. */

import * as l10n from "@vscode/l10n";
import { OPTIONS } from "./options.ts";
import { type Inspection, type Scope, scopesWith } from "./sources.ts";

export type PresetOptions = Readonly<Record<string, unknown>>;

export interface Preset {
  readonly name: string;
  readonly detail: string;
  readonly options: PresetOptions;
  readonly origin: "built in" | Scope;
}

const MAX_NAME = 40;

export const BUILT_IN: readonly Preset[] = [
  {
    name: "Draft",
    detail: l10n.t("Half the size, the fastest encoding, a small file: to look at movement and timing."),
    options: { scale: 50, crf: 28, encoderPreset: "ultrafast" },
    origin: "built in",
  },
  {
    name: "HD",
    detail: l10n.t(
      "The page at 1920x1080, whatever size it names: for pages that fill their window. One that is laid out for another size keeps its measures.",
    ),
    options: { size: "1920x1080", scale: 100, crf: 18, encoderPreset: "medium" },
    origin: "built in",
  },
  {
    name: "4K",
    detail: l10n.t(
      "Drawn twice as fine: a page of 1920x1080 becomes a video of 3840x2160, an upright one of 2160x3840.",
    ),
    options: { pixelRatio: 2, scale: 100, crf: 18, encoderPreset: "medium" },
    origin: "built in",
  },
  {
    name: "Transparent",
    detail: l10n.t("A WebM that shows what lies under it wherever the page has no ground of its own."),
    options: { format: "webm", transparent: true },
    origin: "built in",
  },
];

/**
 * All presets, those that come along first. Of several with one name the whole one of the narrowest scope
 * counts; VS Code itself would mix their options.
 */
export function allPresets(setting: Inspection): Preset[] {
  const presets = new Map(BUILT_IN.map((preset) => [preset.name, preset]));
  const layers: readonly (readonly [Scope, unknown])[] = [
    ["user", setting.globalValue],
    ["workspace", setting.workspaceValue],
    ["folder", setting.workspaceFolderValue],
  ];
  for (const [origin, layer] of layers) {
    for (const [name, options] of Object.entries(asObject(layer))) {
      presets.set(name, { name, detail: summary(asObject(options)), options: asObject(options), origin });
    }
  }
  return [...presets.values()];
}

/** What a preset says of an option; undefined when it says nothing. */
export function valueIn(preset: Preset | undefined, key: string): { readonly value: unknown } | undefined {
  return preset && Object.hasOwn(preset.options, key) ? { value: preset.options[key] } : undefined;
}

/** Of these values, those that make a preset: what a preset can hold and what differs from the default. */
export function toSave(
  values: ReadonlyMap<string, unknown>,
  defaults: ReadonlyMap<string, unknown>,
): PresetOptions {
  const keys = OPTIONS.filter(({ isInPresets }) => isInPresets).map(({ key }) => key);
  return Object.fromEntries(
    keys.filter((key) => !isSame(values.get(key), defaults.get(key))).map((key) => [key, values.get(key)]),
  );
}

/** The keys of the options that a preset would set to something else than they are set to explicitly. */
export function hiddenBySettings(preset: Preset, settings: ReadonlyMap<string, Inspection>): string[] {
  return OPTIONS.filter(({ key }) => {
    const wanted = valueIn(preset, key);
    const setting = settings.get(key) ?? {};
    const [scope] = scopesWith(setting);
    const set = setting.workspaceFolderValue ?? setting.workspaceValue ?? setting.globalValue;
    return wanted !== undefined && scope !== undefined && !isSame(set, wanted.value);
  }).map(({ key }) => key);
}

/** What is wrong with a name for a new preset, or undefined. */
export function nameProblem(name: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === "") {
    return l10n.t("Give the preset a name.");
  }
  if (trimmed.length > MAX_NAME) {
    return l10n.t("The name has {0} characters. Give at most {1}.", trimmed.length, MAX_NAME);
  }
  return BUILT_IN.some((preset) => preset.name.toLowerCase() === trimmed.toLowerCase())
    ? l10n.t("{0} comes along with Helios. Give another name.", trimmed)
    : undefined;
}

function summary(options: PresetOptions): string {
  return OPTIONS.filter(({ key }) => Object.hasOwn(options, key))
    .map(({ key, title }) => `${title} ${JSON.stringify(options[key])}`)
    .join(", ");
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function asObject(value: unknown): PresetOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
