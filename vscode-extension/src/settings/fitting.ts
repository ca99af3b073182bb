/** Which of the options fit the format that is chosen, and what stands for those that it decides. */

import * as l10n from "@vscode/l10n";
import { type Codec, FORMATS, type Format } from "./formats.ts";
import { isUnset, type Option } from "./option.ts";
import { optionOf } from "./options.ts";
import type { Resolved } from "./sources.ts";

type Values = ReadonlyMap<string, Resolved>;

export interface Chosen {
  readonly format: Format;
  readonly codec: Codec;
}

/** Six on H.264's scale halve the file; on other scales as much more as they are longer. */
const STEPS: readonly (readonly [label: string, more: number, detail: (crf: number) => string])[] = [
  [l10n.t("High"), 0, (crf) => l10n.t("CRF {0}: looks like the page.", crf)],
  [l10n.t("Medium"), 5, (crf) => l10n.t("CRF {0}: about half the size.", crf)],
  [
    l10n.t("Small"),
    10,
    (crf) => l10n.t("CRF {0}: about a quarter of the size, for drafts and messages.", crf),
  ],
];
const H264_SCALE = 51;

/** The format and the codec that the options come to; the daemon says what is wrong with impossible ones. */
export function chosenBy(values: Values): Chosen {
  const wanted = (key: string) => values.get(key)?.value;
  const format = FORMATS.find(({ id }) => id === wanted("format")) ?? FORMATS[0];
  const named = format.codecs.find(({ id }) => id === wanted("codec"));
  const clear = format.codecs.find(({ isTransparent }) => wanted("transparent") === true && isTransparent);
  return { format, codec: named ?? clear ?? format.codecs[0] };
}

/** What an option that nobody has set comes to with the chosen codec; undefined for all other options. */
export function defaultBy(key: string, { codec }: Chosen): { readonly value: unknown } | undefined {
  switch (key) {
    case "crf":
      return { value: codec.quality?.default ?? null };
    case "encoderPreset":
      return { value: codec.defaultPreset };
    default:
      return undefined;
  }
}

/** Why the value of an option is left out with the chosen codec; undefined when it counts. */
export function unusedBecause(key: string, value: unknown, values: Values): string | undefined {
  const { codec } = chosenBy(values);
  if (key === "crf") {
    if (!codec.quality) {
      return l10n.t("{0} has no quality", codec.label);
    }
    if (!isUnset(values.get("bitrate")?.value)) {
      return l10n.t("a bitrate is set");
    }
    const { best, worst } = codec.quality;
    const fits = typeof value !== "number" || (best <= value && value <= worst);
    return fits ? undefined : l10n.t("{0} has {1} to {2}", codec.label, best, worst);
  }
  if (key === "encoderPreset" && !codec.presets.includes(String(value))) {
    return codec.presets.length === 0
      ? l10n.t("{0} has no speeds", codec.label)
      : l10n.t("{0} has {1}", codec.label, codec.presets.join(", "));
  }
  return undefined;
}

/** An option as the chosen format has it: with its own choices and bounds. */
export function optionFor(key: string, values: Values): Option {
  const option = optionOf(key);
  const { format, codec } = chosenBy(values);
  if (key === "codec") {
    const [first] = format.codecs;
    const [unset] = option.choices ?? [];
    const choices = format.codecs.map(({ id, label }) => ({ value: id, label }));
    return { ...option, choices: [...(unset ? [{ ...unset, detail: first.label }] : []), ...choices] };
  }
  if (key === "encoderPreset" && codec.presets.length > 0) {
    const [fast, slow] = [codec.presets[0], codec.presets.at(-1)];
    const choices = codec.presets.map((value) => ({
      value,
      label: value,
      detail:
        value === fast
          ? l10n.t("Least time, largest file.")
          : value === slow
            ? l10n.t("Most time, smallest file.")
            : "",
    }));
    return { ...option, choices };
  }
  if (key === "crf" && codec.quality) {
    const { best, worst } = codec.quality;
    const bounds = { best, worst };
    if (codec.id === "h264") {
      return { ...option, bounds };
    }
    const prompt = l10n.t("{0}'s quality: {1} is best, {2} is worst.", codec.label, best, worst);
    return { ...option, bounds, prompt, choices: qualityChoices(codec.quality) };
  }
  return option;
}

function qualityChoices({ worst, default: high }: { readonly worst: number; readonly default: number }) {
  return STEPS.map(([label, more, detail]) => {
    const value = high + Math.round((more * worst) / H264_SCALE);
    return { value, label, detail: detail(value) };
  });
}
