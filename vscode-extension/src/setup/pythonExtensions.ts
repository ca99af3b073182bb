/** The Pythons that the Python extensions have chosen for the workspace, where those extensions are there. */

import * as l10n from "@vscode/l10n";
import type { Candidate } from "../environment.ts";
import { within } from "../promises.ts";

/** What is used of an extension. */
export interface PythonExtension {
  readonly exports: unknown;
  activate(): Thenable<unknown>;
}

/** The part of ms-python.vscode-python-envs that is used here. */
interface PythonEnvironmentsApi {
  getEnvironment(
    scope: unknown,
  ): Promise<{ readonly execInfo?: { readonly run?: { readonly executable?: string } } } | undefined>;
}

/** The part of ms-python.python that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource: unknown): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: { readonly fsPath: string } } } | undefined>;
  };
}

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";
const ANSWER_MS = 10_000;

/**
 * The chosen Python of each extension, the newer extension's first.
 *
 * `scope` is the folder that is asked about; one that does not answer in 10 s or throws is told to `warn`.
 */
export async function extensionPythons(
  find: (id: string) => PythonExtension | undefined,
  scope: unknown,
  warn: (text: string) => void,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const readers = [
    [ENVIRONMENTS, l10n.t("the extension {0}", "Python Environments"), ofEnvironments],
    [PYTHON, l10n.t("the extension {0}", "Python"), ofPython],
  ] as const;
  for (const [id, name, read] of readers) {
    const extension = find(id);
    try {
      const command =
        extension &&
        (await within(
          ANSWER_MS,
          api(extension).then((its) => read(its, scope)),
        ));
      if (command && !found.some((other) => other.command === command)) {
        found.push({ command, origin: name });
      }
    } catch (error) {
      warn(`${id} did not say which Python it uses: ${String(error)}`);
    }
  }
  return found;
}

async function api(extension: PythonExtension): Promise<unknown> {
  return (await extension.activate()) ?? extension.exports;
}

async function ofEnvironments(api: unknown, scope: unknown): Promise<string | undefined> {
  const environment = await (api as PythonEnvironmentsApi).getEnvironment(scope);
  return environment?.execInfo?.run?.executable;
}

async function ofPython(api: unknown, scope: unknown): Promise<string | undefined> {
  const { environments } = api as PythonApi;
  const active = environments.getActiveEnvironmentPath(scope);
  const environment = await environments.resolveEnvironment(active);
  return environment?.executable.uri?.fsPath;
}
