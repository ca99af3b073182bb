import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { FoundPython } from "../src/environment.ts";
import type { StartRenderParams } from "../src/protocol.ts";
import { manifest } from "./manifest.ts";
import { loadWith, vscodeWith, withDefaults } from "./vscode.ts";

const SOURCE = `
  export { readOptions, renderParams } from "./settings/read.ts";
  export { daemonEnvironment } from "./setup/tool.ts";
`;
const FOLDER = path.resolve("/films/first film");
const PAGE = { scheme: "file", fsPath: path.join(FOLDER, "intro.html") };

interface Modules {
  readOptions(page: object): object;
  renderParams(page: object, current: object): StartRenderParams;
  daemonEnvironment(python: Partial<FoundPython>): NodeJS.ProcessEnv;
}

/** What the modules make of these settings of the workspace, with the manifest's defaults below them. */
async function modules(settings: Record<string, unknown>, { inFolder = true } = {}): Promise<Modules> {
  const schemas: Record<string, { default: unknown }> = manifest.contributes.configuration.properties;
  const found = (key: string) => settings[key] ?? schemas[`helios.${key}`]?.default;
  const folder = { uri: { scheme: "file", fsPath: FOLDER } };
  const here = withDefaults({
    ...vscodeWith({}).vscode,
    workspace: withDefaults({
      workspaceFile: undefined,
      workspaceFolders: inFolder ? [folder] : [],
      getWorkspaceFolder: () => (inFolder ? folder : undefined),
      getConfiguration: () => ({
        inspect: (key: string) => ({
          defaultValue: schemas[`helios.${key}`]?.default,
          ...(key in settings ? { workspaceValue: settings[key] } : {}),
        }),
        get: (key: string) => found(key),
      }),
    }),
  });
  return (await loadWith(here, SOURCE)) as Modules;
}

async function params(settings: Record<string, unknown>, where = {}): Promise<StartRenderParams> {
  const { readOptions, renderParams } = await modules(settings, where);
  return renderParams(PAGE, readOptions(PAGE));
}

test("videos go below the workspace folder, below the home or anywhere", async () => {
  for (const [setting, folder] of [
    ["renders", path.join(FOLDER, "renders")],
    ["../out", path.resolve(FOLDER, "../out")],
    ["${workspaceFolder}/a/b", path.join(FOLDER, "a/b")],
    ["~/Videos", path.join(homedir(), "Videos")],
    ["~", homedir()],
    ["~other/x", path.join(FOLDER, "~other/x")],
    ["/srv/videos", path.resolve("/srv/videos")],
  ]) {
    assert.equal((await params({ "render.outputFolder": setting })).outputFolder, folder);
  }
  const alone = await params({ "render.outputFolder": "out" }, { inFolder: false });
  assert.equal(alone.outputFolder, path.join(FOLDER, "out"));
});

test("subtitles are a word that the daemon knows, or a file", async () => {
  const subtitles = async (setting: string) => (await params({ "render.subtitles": setting })).subtitles;
  assert.equal(await subtitles(" "), null);
  assert.equal(await subtitles("page"), "page");
  assert.equal(await subtitles("none"), "none");
  assert.equal(await subtitles("text/de.srt"), path.join(FOLDER, "text/de.srt"));
});

test("programs that are named are passed on, and those that are not are looked for", async () => {
  assert.deepEqual([(await params({})).browser, (await params({})).ffmpeg], [null, null]);
  const { browser, ffmpeg } = await params({ browser: "/opt/chrome", ffmpeg: "~/bin/ffmpeg" });
  assert.deepEqual([browser, ffmpeg], ["/opt/chrome", path.join(homedir(), "bin/ffmpeg")]);
});

test("only who allows it has browsers without their sandbox", async () => {
  const outside = process.env["HELIOS_NO_SANDBOX"];
  const environment = async (settings: Record<string, unknown>) =>
    (await modules(settings)).daemonEnvironment({ origin: "setting" });
  assert.equal((await environment({}))["HELIOS_NO_SANDBOX"], outside);
  assert.equal((await environment({ allowNoSandbox: true }))["HELIOS_NO_SANDBOX"], "1");
});
