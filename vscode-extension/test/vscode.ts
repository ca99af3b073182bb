/** A VS Code that does nothing and remembers the views that were made: for an extension without an editor. */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCES = new URL("../src/", import.meta.url);

export interface View {
  getChildren(): readonly unknown[];
  getTreeItem(element: unknown): { readonly label?: string };
}

class Emitter {
  readonly event = () => nothing;
  fire(): void {}
}

class Item {}

/** Stands for whatever is not named here: it can be called, made, extended and asked for anything. */
const nothing: unknown = new Proxy(class {}, {
  apply: () => nothing,
  construct: () => new Item(),
  get: (target, key) => {
    switch (key) {
      case "prototype":
        return target.prototype;
      case "then":
        return undefined;
      case Symbol.toPrimitive:
        return () => "";
      default:
        return nothing;
    }
  },
});

/** What modules of the extension export when they have this for the module `vscode`. */
export async function loadWith(vscode: object, source: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(SOURCES), loader: "ts" },
    bundle: true,
    format: "cjs",
    platform: "node",
    external: ["vscode"],
    write: false,
  });
  const load = createRequire(import.meta.url);
  const module = { exports: {} as unknown };
  const run = new Function("require", "module", "exports", outputFiles[0]?.text ?? "");
  run((name: string) => (name === "vscode" ? vscode : load(name)), module, module.exports);
  return module.exports;
}

/** By the prototype, because a bundle copies the module's own properties. */
export function withDefaults(values: Readonly<Record<string, unknown>>): object {
  return Object.setPrototypeOf({ ...values }, nothing as object) as object;
}

/** The module `vscode` with these messages of the display language, in a window without a folder. */
export function vscodeWith(bundle: Readonly<Record<string, string>>) {
  const views = new Map<string, View>();
  const vscode = withDefaults({
    l10n: { bundle },
    EventEmitter: Emitter,
    MarkdownString: Item,
    ThemeIcon: Item,
    TabInputCustom: Item,
    TabInputText: Item,
    TreeItem: Item,
    Uri: withDefaults({ joinPath: () => ({ fsPath: "/nowhere" }) }),
    window: withDefaults({
      activeTextEditor: undefined,
      createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: View }) => {
        views.set(id, treeDataProvider);
        return withDefaults({});
      },
      createStatusBarItem: () => ({}),
      tabGroups: withDefaults({ activeTabGroup: { activeTab: undefined } }),
    }),
    workspace: withDefaults({
      isTrusted: false,
      workspaceFolders: [],
      workspaceFile: undefined,
      getConfiguration: () => ({
        inspect: () => undefined,
        get: (_: string, value: unknown) => value,
      }),
    }),
  });
  return { vscode, views };
}
