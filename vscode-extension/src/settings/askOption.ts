/** Asks for the value of one render option, judged by the daemon while it is typed. */

import * as l10n from "@vscode/l10n";
import type { Daemon } from "../daemon.ts";
import { type Answer, choose, type Frame, type Item, type } from "./ask.ts";
import type { Option } from "./option.ts";
import { optionProblem } from "./problems.ts";
import { BACK } from "./steps.ts";
import { editable, parse, readable } from "./values.ts";

const OTHER = Symbol("other");

/** The new value; `hint` is added to what the input box says. */
export async function askOption(
  daemon: Daemon,
  option: Option,
  current: unknown,
  frame: Frame,
  hint = "",
): Promise<Answer<unknown>> {
  if (!option.choices) {
    return await typeOption(daemon, option, current, frame, hint);
  }
  const items = itemsOf(option, current);
  const active = items.find(({ value }) => value === current);
  const answer = await choose<unknown>(frame, option.prompt, items, active);
  if (!answer || answer === BACK || answer.value !== OTHER) {
    return answer;
  }
  const typed = await typeOption(
    daemon,
    option,
    current,
    { ...frame, canGoBack: true, isFollowUp: true },
    hint,
  );
  return typed === BACK ? await askOption(daemon, option, current, frame, hint) : typed;
}

function itemsOf(option: Option, current: unknown): Item<unknown>[] {
  const items: Item<unknown>[] = (option.choices ?? []).map(({ value, label, detail }) => ({
    label,
    description: [value === current ? l10n.t("current") : "", detail ?? ""].filter(Boolean).join(" · "),
    value,
  }));
  if (option.kind === "word") {
    return items;
  }
  if (!items.some(({ value }) => value === current)) {
    items.unshift({ label: readable(option, current), description: l10n.t("current"), value: current });
  }
  return [...items, { label: `$(edit) ${l10n.t("Another Value…")}`, value: OTHER, alwaysShow: true }];
}

async function typeOption(
  daemon: Daemon,
  option: Option,
  current: unknown,
  frame: Frame,
  hint: string,
): Promise<Answer<unknown>> {
  const answer = await type(frame, `${option.prompt}${hint}`, editable(option, current), async (text) => {
    const parsed = parse(option, text);
    if (option.kind === "json" && "problem" in parsed && !text.trim().startsWith("{")) {
      return parsed.problem;
    }
    if (text.trim() === "" && option.unset !== undefined) {
      return undefined;
    }
    if ("value" in parsed && option.bounds && isBeyond(option.bounds, parsed.value)) {
      const { best, worst } = option.bounds;
      return l10n.t("Give a whole number from {0} (best) to {1} (worst).", best, worst);
    }
    const problem = await optionProblem(daemon, option, text.trim());
    return problem ?? ("problem" in parsed ? parsed.problem : undefined);
  });
  if (!answer || answer === BACK) {
    return answer;
  }
  const parsed = parse(option, answer.value);
  if ("problem" in parsed) {
    throw new Error(parsed.problem);
  }
  return parsed;
}

function isBeyond({ best, worst }: NonNullable<Option["bounds"]>, value: unknown): boolean {
  return typeof value === "number" && (value < best || value > worst);
}
