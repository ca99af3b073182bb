import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { Job } from "../src/protocol.ts";
import { job, RESULT } from "./jobs.ts";
import { loadWith, vscodeWith, withDefaults } from "./vscode.ts";

// What only a VS Code on the person's own desktop does: programs of the system, and the trash.

const SOURCE = `
  export { previewComposition } from "./compositions/commands.ts";
  export { CompositionLenses } from "./compositions/lens.ts";
  export { JobCommands } from "./renders/job_commands.ts";
  export { openOutput, openOutputExternally } from "./renders/output_commands.ts";
`;
const FOLDER = mkdtempSync(path.join(tmpdir(), "helios desktop #"));
after(() => rmSync(FOLDER, { recursive: true }));

interface Modules {
  readonly JobCommands: new (
    daemon: object,
    jobs: object,
    messages: object,
  ) => { removeWithOutput(job: Job): Promise<void> };
  readonly CompositionLenses: new (
    list: object,
    jobs: object,
  ) => { provideCodeLenses(document: object): readonly { readonly command: { readonly title: string } }[] };
  previewComposition(messages: object, page: object): Promise<void>;
  openOutput(job: Job): Promise<void>;
  openOutputExternally(job: Job): Promise<void>;
}

class FileSystemError extends Error {
  readonly code = "FileNotFound";
}

class FileUri {
  readonly scheme = "file";
  readonly fsPath: string;
  constructor(fsPath: string) {
    this.fsPath = fsPath;
  }
  get path(): string {
    return this.fsPath;
  }
  static file(fsPath: string): FileUri {
    return new FileUri(fsPath);
  }
}

class Lens {
  readonly command: unknown;
  constructor(_range: unknown, command: unknown) {
    this.command = command;
  }
}

interface Desktop {
  /** What was opened, deleted, asked and said, in order. */
  readonly told: readonly string[];
  readonly modules: Modules;
  remove(job: Job): Promise<void>;
}

interface Habits {
  readonly opens?: boolean;
  /** Why the trash takes nothing. */
  readonly refusal?: string;
  /** Where the extension runs when it is on another machine than the person. */
  readonly remoteName?: string;
  /** The buttons that the person presses. */
  readonly answers?: readonly string[];
}

async function desktop({ opens = true, refusal, remoteName, answers = [] }: Habits = {}): Promise<Desktop> {
  const told: string[] = [];
  const waiting = [...answers];
  const remove = (file: string, { useTrash }: { useTrash: boolean }) => {
    if (useTrash && refusal !== undefined) {
      throw new Error(refusal);
    }
    told.push(`${useTrash ? "trash" : "delete"} ${path.basename(file)}`);
    rmSync(file);
  };
  const here = withDefaults({
    ...vscodeWith({}).vscode,
    l10n: { bundle: undefined },
    FileSystemError,
    FileType: { Directory: 2 },
    UIKind: { Desktop: 1, Web: 2 },
    CodeLens: Lens,
    Uri: FileUri,
    env: {
      remoteName,
      uiKind: 1,
      openExternal: async (address: string) => {
        told.push(`open ${address}`);
        return opens;
      },
    },
    window: withDefaults({
      showErrorMessage: (text: string) => told.push(text),
      showInformationMessage: (text: string) => told.push(text),
      showWarningMessage: async (text: string, { detail }: { detail: string }) => {
        told.push(`${text} ${detail}`);
        return waiting.shift();
      },
    }),
    workspace: withDefaults({
      isTrusted: true,
      saveAll: async () => told.push("save"),
      asRelativePath: ({ fsPath }: { fsPath: string }) => path.basename(fsPath),
      fs: {
        stat: async ({ fsPath }: { fsPath: string }) => {
          if (!existsSync(fsPath)) {
            throw new FileSystemError(fsPath);
          }
          return { type: 1, size: statSync(fsPath).size };
        },
        readFile: async ({ fsPath }: { fsPath: string }) => readFileSync(fsPath),
        delete: async ({ fsPath }: { fsPath: string }, options: { useTrash: boolean }) =>
          remove(fsPath, options),
      },
    }),
  });
  const modules = (await loadWith(here, SOURCE)) as Modules;
  return {
    told,
    modules,
    remove: async (removed) => {
      const daemon = { request: async (method: string) => told.push(method) };
      const jobs = { all: () => [removed], remove: () => undefined };
      await new modules.JobCommands(daemon, jobs, {}).removeWithOutput(removed);
    },
  };
}

function finished(name: string): Job {
  const output = path.join(FOLDER, name);
  writeFileSync(output, "video");
  return job("done", { result: { ...RESULT, output, sizeBytes: 5 } });
}

test("a video is opened with the program that the system has for it, whatever its name is", async () => {
  const { told, modules } = await desktop();
  await modules.openOutputExternally(finished("ä #1?.mp4"));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /^open file:\/\/\/.*\/helios%20desktop%20%23\w+\/%C3%A4%20%231%3F\.mp4$/);
});

test("so is what VS Code cannot play, when it is opened", async () => {
  const { told, modules } = await desktop();
  await modules.openOutput(finished("film.mov"));
  assert.match(told.join(), /^open file:.*film\.mov$/);
});

const PAGE = path.join(FOLDER, "scene 1.html");

test("a preview saves what is edited and opens the page in the person's browser", async () => {
  const { told, modules } = await desktop();
  await modules.previewComposition({}, FileUri.file(PAGE));
  assert.equal(told[0], "save");
  assert.match(told[1] ?? "", /^open file:\/\/\/.*\/scene%201\.html$/);
  assert.equal(told.length, 2);
});

test("a page of another machine has no preview, and whoever asks for it is told why", async () => {
  const titles = async (habits: Habits) => {
    const { modules } = await desktop(habits);
    const list = { about: () => [{ path: PAGE, name: "scene 1" }], onDidChange: () => undefined };
    const jobs = { all: () => [], onDidRemove: () => undefined, onDidChange: () => undefined };
    return new modules.CompositionLenses(list, jobs)
      .provideCodeLenses({ uri: FileUri.file(PAGE) })
      .map(({ command }) => command.title);
  };
  assert.deepEqual(await titles({}), ["Render", "Preview"]);
  assert.deepEqual(await titles({ remoteName: "ssh-remote" }), ["Render"]);
  const { told, modules } = await desktop({ remoteName: "ssh-remote" });
  await modules.previewComposition({}, FileUri.file(PAGE));
  assert.match(told.join(), /^scene 1\.html is on another machine than your browser/);
});

test("a system without such a program is said", async () => {
  const { told, modules } = await desktop({ opens: false });
  await modules.openOutputExternally(finished("film.mov"));
  assert.match(told[1] ?? "", /^No other program opened .*film\.mov\.$/);
});

test("a video that is gone is not opened", async () => {
  const { told, modules } = await desktop();
  const gone = finished("gone.mp4");
  rmSync(String(gone.result?.output));
  await modules.openOutputExternally(gone);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /gone\.mp4 is not there any more\. Render intro again for it\.$/);
});

test("a render that is removed with its files puts them into the trash", async () => {
  const { told, remove } = await desktop({ answers: ["Move to Trash"] });
  const film = finished("film.mp4");
  const sidecar = path.join(FOLDER, "film.srt");
  writeFileSync(sidecar, "words");
  const sidecarSha256 = createHash("sha256").update("words").digest("hex");
  await remove({ ...film, result: { ...RESULT, ...film.result, sidecar, sidecarSha256 } });
  assert.deepEqual(told, [
    "Move film.mp4 and film.srt to the trash? The render leaves the list.",
    "trash film.mp4",
    "trash film.srt",
    "helios/render/remove",
  ]);
});

const NO_TRASH = "The trash did not take it: no trash on this volume";
const FOR_GOOD = "What is deleted is gone for good, and the render leaves the list.";

test("where there is no trash, the person is asked whether it may be deleted", async () => {
  const answers = ["Move to Trash", "Delete Permanently"];
  const { told, remove } = await desktop({ refusal: "no trash on this volume", answers });
  await remove(finished("film.mp4"));
  assert.deepEqual(told.slice(1), [
    `Delete film.mp4? ${NO_TRASH}\n\n${FOR_GOOD}`,
    "delete film.mp4",
    "helios/render/remove",
  ]);
});

test("nothing is deleted and nothing leaves the list when they would rather not", async () => {
  const { told, remove } = await desktop({ refusal: "no trash on this volume", answers: ["Move to Trash"] });
  const kept = finished("film.mp4");
  await remove(kept);
  assert.equal(told.length, 2);
  assert.ok(existsSync(String(kept.result?.output)));
});
