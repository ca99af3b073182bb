/** Where the setting `helios.python` is written. */

import type { Inspection, Scope } from "../settings/sources.ts";
import { scopesWith } from "../settings/sources.ts";

type Write = (value: string | undefined, scope: Scope) => Promise<void>;

/** Names a Python where one is named already, so that the new one counts; else in the person's settings. */
export async function namePython(command: string, setting: Inspection, write: Write): Promise<void> {
  await write(command, scopes(setting)[0] ?? "user");
}

/** Takes all names away, because any would keep Helios from its own environment. */
export async function forgetPython(setting: Inspection, write: Write): Promise<void> {
  for (const scope of scopes(setting)) {
    await write(undefined, scope);
  }
}

/** A daemon serves the whole window, so that what is set for one of its folders does not count. */
function scopes({ workspaceValue, globalValue }: Inspection): Scope[] {
  return scopesWith({ workspaceValue, globalValue });
}
