/** All render options as they are set now, for one page or folder. */

import type { StartRenderParams } from "../protocol.ts";
import { chosenBy, defaultBy, unusedBecause } from "./fitting.ts";
import { isUnset } from "./option.ts";
import { OPTIONS } from "./options.ts";
import { allPresets, type Preset, valueIn } from "./presets.ts";
import { type Inspection, type Resolved, resolve } from "./sources.ts";

export interface Current {
  readonly settings: ReadonlyMap<string, Inspection>;
  /** The value of each option by its key. */
  readonly values: ReadonlyMap<string, Resolved>;
  readonly presets: readonly Preset[];
  /** The name of the preset that is chosen; empty for none. */
  readonly presetName: unknown;
}

export const PRESET_KEY = "preset";

/** Reads the settings by a function that inspects one of them below `helios`. */
export function readCurrent(inspect: (key: string) => Inspection): Current {
  const presets = allPresets(inspect("presets"));
  const presetName = resolve(inspect(`render.${PRESET_KEY}`)).value;
  const preset = presets.find(({ name }) => name === presetName);
  const settings = new Map(
    [PRESET_KEY, ...OPTIONS.map(({ key }) => key)].map((key) => [key, inspect(`render.${key}`)]),
  );
  return { settings, values: valuesOf(settings, preset), presets, presetName };
}

/** The same with another preset for one render, or none: its values count before everything that is set. */
export function begunWith(current: Current, preset: Preset | undefined): Current {
  const presetName = preset?.name ?? "";
  if (presetName === current.presetName) {
    return current;
  }
  const without = { ...current, values: valuesOf(current.settings, undefined), presetName };
  return overlaid(without, preset?.options ?? {});
}

/** The same with other values for one render, which count before everything that is set. */
export function overlaid(current: Current, chosen: Readonly<Record<string, unknown>>): Current {
  const values = new Map(current.values);
  for (const [key, value] of Object.entries(chosen)) {
    values.set(key, { value, source: "chosen" });
  }
  return { ...current, values };
}

/** The options as the daemon takes them; null leaves a value to the composition or to the format. */
export function toParams(current: Current): Partial<StartRenderParams> {
  const params = OPTIONS.map(({ key, param, unset }) => {
    const { value, source } = current.values.get(key) ?? { value: undefined, source: "default" };
    const isLeft =
      (unset !== undefined && isUnset(value)) ||
      (source === "default" && defaultBy(key, chosenBy(current.values)) !== undefined) ||
      unusedBecause(key, value, current.values) !== undefined;
    return [param, isLeft ? null : value];
  });
  const presetName = isUnset(current.presetName) ? null : String(current.presetName);
  return { ...(Object.fromEntries(params) as Partial<StartRenderParams>), presetName };
}

function valuesOf(settings: Current["settings"], preset: Preset | undefined): Current["values"] {
  return new Map(OPTIONS.map(({ key }) => [key, resolve(settings.get(key) ?? {}, valueIn(preset, key))]));
}
