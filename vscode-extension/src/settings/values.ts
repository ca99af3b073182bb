/** From what a person types to a setting's value, and from the value to what a person reads. */

import * as l10n from "@vscode/l10n";
import { isUnset, type Option } from "./option.ts";

export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** The value that a text means; the daemon says beforehand whether the text can be one. */
export function parse(option: Option, text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === "" && option.unset !== undefined) {
    return { value: emptyOf(option) };
  }
  switch (option.kind) {
    case "json":
      return parseObject(trimmed);
    case "concurrency":
      return trimmed === "auto" ? { value: trimmed } : parseNumber(trimmed);
    case "integer":
    case "number":
      return parseNumber(trimmed);
    case "text":
    case "word":
      return { value: trimmed };
  }
}

/** What stands in the input box before anything is typed. */
export function editable(option: Option, value: unknown): string {
  if (isUnset(value)) {
    return "";
  }
  return option.kind === "json" || typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What the view shows. */
export function readable(option: Option, value: unknown): string {
  if (option.unset !== undefined && isUnset(value)) {
    return option.unset;
  }
  if (option.key === "crf") {
    const word = option.choices?.find((choice) => choice.value === value)?.label;
    return word ? l10n.t("{0} (CRF {1})", word, String(value)) : l10n.t("CRF {0}", plain(value));
  }
  if (option.kind === "word") {
    return option.choices?.find((choice) => choice.value === value)?.label ?? plain(value);
  }
  return option.withUnit?.(plain(value)) ?? plain(value);
}

function emptyOf(option: Option): unknown {
  switch (option.kind) {
    case "json":
      return {};
    case "number":
      return null;
    default:
      return "";
  }
}

/** JSON, which the settings are, has no fractions and no infinity. */
function parseNumber(text: string): Parsed {
  const value = Number(text);
  return text !== "" && Number.isFinite(value)
    ? { value }
    : { problem: l10n.t("Give a number such as {0} or {1}.", "12", "2.5") };
}

function parseObject(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { value };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return { problem: l10n.t("Give a JSON object such as {0}.", '{"title": "Hello"}') };
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : String(JSON.stringify(value));
}
