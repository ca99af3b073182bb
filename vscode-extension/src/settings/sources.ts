/** Where a setting's value comes from, which of several counts, and where a new one is written. */

/** `chosen` is for one render only. */
export type Source = "default" | "preset" | Scope | "chosen";
export type Scope = "user" | "workspace" | "folder";

/** What VS Code tells of one setting: its value at each place, undefined where it has none. */
export interface Inspection {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface Resolved {
  readonly value: unknown;
  readonly source: Source;
}

/** From the narrowest to the widest. */
const SCOPES: readonly Scope[] = ["folder", "workspace", "user"];

/**
 * The value that counts: what is set for the folder, else for the workspace, else by the user, else what the
 * preset says, else the default.
 */
export function resolve(setting: Inspection, ofPreset?: { readonly value: unknown }): Resolved {
  const [source] = scopesWith(setting);
  if (source) {
    return { value: valueAt(setting, source), source };
  }
  return ofPreset
    ? { value: ofPreset.value, source: "preset" }
    : { value: setting.defaultValue, source: "default" };
}

/** The scopes at which a setting is set, the narrowest first. */
export function scopesWith(setting: Inspection): Scope[] {
  return SCOPES.filter((scope) => valueAt(setting, scope) !== undefined);
}

/** Where a new value goes: the narrowest scope that has one, else the workspace, else the user's settings. */
export function targetOf(setting: Inspection, hasWorkspace: boolean): Scope {
  return scopesWith(setting)[0] ?? (hasWorkspace ? "workspace" : "user");
}

function valueAt(setting: Inspection, scope: Scope): unknown {
  switch (scope) {
    case "folder":
      return setting.workspaceFolderValue;
    case "workspace":
      return setting.workspaceValue;
    case "user":
      return setting.globalValue;
  }
}
