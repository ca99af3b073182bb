/** Which settings cannot be used, in the daemon's words. */

import * as l10n from "@vscode/l10n";
import type { Daemon } from "../daemon.ts";
import { type Current, PRESET_KEY } from "./current.ts";
import { isUnset, type Option } from "./option.ts";
import { OPTIONS } from "./options.ts";

/** What is wrong with a value of an option, or undefined; raises an Error when the daemon cannot be asked. */
export async function optionProblem(
  daemon: Daemon,
  option: Option,
  value: unknown,
): Promise<string | undefined> {
  if (option.unset !== undefined && isUnset(value)) {
    return undefined;
  }
  const answer = await daemon.request("helios/option/check", { option: option.param, value });
  return answer.problem ?? undefined;
}

/**
 * What is wrong with all options that do not have their defaults, by their keys; empty when all is well, or
 * when there is no daemon to ask.
 */
export async function optionProblems(daemon: Daemon, current: Current): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { presetName, presets } = current;
  if (!isUnset(presetName) && !presets.some(({ name }) => name === presetName)) {
    const known = presets.map(({ name }) => name).join(", ");
    const problem = l10n.t("There is no preset {0}. There are {1}.", JSON.stringify(presetName), known);
    found.set(PRESET_KEY, problem);
  }
  await Promise.all(
    OPTIONS.map(async (option) => {
      const resolved = current.values.get(option.key);
      const isSet = resolved && resolved.source !== "default";
      if (isSet && !(option.unset !== undefined && isUnset(resolved.value))) {
        const params = { option: option.param, value: resolved.value };
        const answer = await daemon.ask("helios/option/check", params);
        if (answer?.problem) {
          found.set(option.key, answer.problem);
        }
      }
    }),
  );
  return found;
}
