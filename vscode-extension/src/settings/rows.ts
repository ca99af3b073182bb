/** The rows of the Render Settings view, as plain data. */

import * as l10n from "@vscode/l10n";
import { cores as inCores } from "../plural.ts";
import type { CapacityBound, CapacityResult, Concurrency } from "../protocol.ts";
import { BOUNDS } from "../renders/facts.ts";
import { spokenParts } from "../renders/row.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { chosenBy, defaultBy, optionFor, unusedBecause } from "./fitting.ts";
import { isUnset, type Option } from "./option.ts";
import { OPTIONS } from "./options.ts";
import { scopesWith } from "./sources.ts";
import { readable } from "./values.ts";
import { NO_PRESET, scopesText, sourceName } from "./words.ts";

export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly contextValue: string;
  /** The command that a click runs. */
  readonly command?: string;
}

export const CHANGE = "helios.changeSetting";
const CHOOSE_PRESET = "helios.choosePreset";
const CORE_BOUNDS: ReadonlySet<string> = new Set(["cores", "affinity", "cpuQuota"]);

/** All rows; `problems` has what is wrong with a value, and `stated` what the page in front says, by the
 * option's key. */
export function settingRows(
  current: Current,
  problems: ReadonlyMap<string, string>,
  capacity: CapacityResult | undefined,
  stated: ReadonlyMap<string, unknown> = new Map(),
): Row[] {
  const options = OPTIONS.map(({ key }) => optionFor(key, current.values));
  return [
    presetRow(current, problems),
    ...options.map((option) => optionRow(option, current, problems, capacity, stated.get(option.key))),
  ];
}

/** What a screen reader says for a row. */
export function spoken(row: Row): string {
  return [row.label, ...spokenParts(row.description)].join(", ");
}

/** `2 of 2 cores`, or why it is not what was asked for; `chosen` stands for what was not asked for. */
export function concurrencyWords(
  { concurrency, bounds }: CapacityResult,
  chosen: string = l10n.t("auto"),
): string {
  const { requested, effective, limitedBy, auto } = concurrency;
  const used = l10n.t("{0} of {1}", effective, coresWords(bounds));
  const limit = l10n.t("limited by {0}", BOUNDS[limitedBy][0]);
  if (auto) {
    const words = [used, chosen, CORE_BOUNDS.has(limitedBy) ? "" : limit];
    return words.filter(Boolean).join(" · ");
  }
  return requested === effective ? used : [used, l10n.t("{0} asked for", requested), limit].join(" · ");
}

/** How many workers this machine carries, with every bound, as Markdown. */
export function boundsText(bounds: readonly CapacityBound[]): string {
  const list = bounds.map(({ workers, detail }) => `- ${workers}: ${detail}`);
  return [l10n.t("This machine carries:"), list.join("\n")].join("\n\n");
}

function optionRow(
  option: Option,
  current: Current,
  problems: ReadonlyMap<string, string>,
  capacity: CapacityResult | undefined,
  stated: unknown,
): Row {
  const { value: given, source } = current.values.get(option.key) ?? { value: undefined, source: "default" };
  const byFormat = source === "default" ? defaultBy(option.key, chosenBy(current.values)) : undefined;
  const value = byFormat ? byFormat.value : given;
  const unused = unusedBecause(option.key, value, current.values);
  const problem = problems.get(option.key);
  const scopes = scopesWith(current.settings.get(option.key) ?? {});
  const words = source === "preset" ? l10n.t("preset {0}", String(current.presetName)) : sourceName(source);
  const isOfComposition = source === "default" && option.unset !== undefined && isUnset(value);
  const unset =
    stated === undefined ? [readable(option, value)] : [readable(option, stated), l10n.t("composition")];
  const shown = option.key === "format" ? formatWords(current) : valueWords(option, value, capacity);
  const set =
    byFormat && unused ? [unused] : unused ? [shown, l10n.t("left out: {0}", unused)] : [shown, words];
  const description = problem
    ? [plain(value), l10n.t("cannot be used"), words]
    : isOfComposition
      ? unset
      : set;
  return {
    id: option.key,
    label: option.title,
    description: description.join(" · "),
    tooltip: [
      problem,
      option.prompt,
      scopesText(scopes),
      option.kind === "concurrency" && capacity ? boundsText(capacity.bounds) : "",
    ]
      .filter(Boolean)
      .join("\n\n"),
    icon: problem ? "error" : option.icon,
    contextValue: scopes.length > 0 ? "option set" : "option",
    command: CHANGE,
  };
}

function valueWords(option: Option, value: unknown, capacity: CapacityResult | undefined): string {
  const fits = capacity && isAnswerTo(value, capacity.concurrency);
  return option.kind === "concurrency" && fits ? concurrencyWords(capacity) : readable(option, value);
}

/** Whether the capacity was measured for this value, and not for one before. */
function isAnswerTo(value: unknown, { auto, requested }: Concurrency): boolean {
  return auto ? value === "auto" : value === requested;
}

function presetRow(current: Current, problems: ReadonlyMap<string, string>): Row {
  const problem = problems.get(PRESET_KEY);
  const preset = current.presets.find(({ name }) => name === current.presetName);
  const scopes = scopesWith(current.settings.get(PRESET_KEY) ?? {});
  const [scope] = scopes;
  const name = isUnset(current.presetName) ? NO_PRESET : String(current.presetName);
  const description = problem ? [name, l10n.t("cannot be used")] : [name];
  return {
    id: PRESET_KEY,
    label: l10n.t("Preset"),
    description: [...description, ...(scope ? [sourceName(scope)] : [])].join(" · "),
    tooltip: [
      problem,
      preset?.detail,
      l10n.t("A preset counts before the defaults. What is set by itself counts before the preset."),
    ]
      .filter(Boolean)
      .join("\n\n"),
    icon: problem ? "error" : "settings",
    contextValue: scopes.length > 0 ? "option set" : "option",
    command: CHOOSE_PRESET,
  };
}

/** The format with its codec, such as `MP4 (H.264)`. */
function formatWords(current: Current): string {
  const { format, codec } = chosenBy(current.values);
  return format.codecs.length === 1 ? format.label : l10n.t("{0} ({1})", format.label, codec.label);
}

function coresWords(bounds: readonly CapacityBound[]): string {
  const cores = Math.min(
    ...bounds.filter(({ bound }) => CORE_BOUNDS.has(bound)).map(({ workers }) => workers),
  );
  return inCores(cores);
}

function plain(value: unknown): string {
  return String(JSON.stringify(value));
}
