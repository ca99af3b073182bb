import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bound, CapacityResult } from "../src/protocol.ts";
import { begunWith, overlaid, readCurrent, toParams } from "../src/settings/current.ts";
import { optionFor } from "../src/settings/fitting.ts";
import { OPTIONS, optionOf } from "../src/settings/options.ts";
import { allPresets, BUILT_IN, hiddenBySettings, nameProblem, toSave } from "../src/settings/presets.ts";
import { concurrencyWords, settingRows, spoken } from "../src/settings/rows.ts";
import { type Inspection, resolve, scopesWith, targetOf } from "../src/settings/sources.ts";
import { statedBy } from "../src/settings/stated.ts";
import { BACK, runSteps, type Step } from "../src/settings/steps.ts";
import { editable, parse, readable } from "../src/settings/values.ts";
import { manifest } from "./manifest.ts";

const schemas: Record<string, Record<string, unknown>> = manifest.contributes.configuration.properties;

/** The settings as VS Code tells of them, over the manifest's defaults. */
function settings(set: Record<string, Inspection> = {}) {
  return readCurrent((key) => ({ defaultValue: schemas[`helios.${key}`]?.["default"], ...set[key] }));
}

function rows(set: Record<string, Inspection> = {}, problems: Record<string, string> = {}) {
  const found = settingRows(settings(set), new Map(Object.entries(problems)), undefined);
  return new Map(found.map((row) => [row.id, row]));
}

function capacity(requested: number, effective: number, limitedBy: Bound, auto = false): CapacityResult {
  return {
    concurrency: { requested, effective, limitedBy, auto },
    bounds: [
      { bound: "cores", workers: 4, detail: "4 cores" },
      { bound: "affinity", workers: 2, detail: "2 cores allowed by CPU affinity" },
      { bound: "memory", workers: 3, detail: "3 GiB free" },
    ],
  };
}

test("the narrowest place that has a value counts, then the preset, then the default", () => {
  const all = { defaultValue: 1, globalValue: 2, workspaceValue: 3, workspaceFolderValue: 4 };
  assert.deepEqual(resolve(all, { value: 9 }), { value: 4, source: "folder" });
  const { workspaceFolderValue: _folder, ...workspace } = all;
  assert.deepEqual(resolve(workspace, { value: 9 }), { value: 3, source: "workspace" });
  const { workspaceValue: _workspace, ...user } = workspace;
  assert.deepEqual(resolve(user, { value: 9 }), { value: 2, source: "user" });
  assert.deepEqual(resolve({ defaultValue: 1 }, { value: 9 }), { value: 9, source: "preset" });
  assert.deepEqual(resolve({ defaultValue: 1 }), { value: 1, source: "default" });
  assert.deepEqual(resolve({ defaultValue: true, workspaceValue: false }), {
    value: false,
    source: "workspace",
  });
  assert.deepEqual(scopesWith(all), ["folder", "workspace", "user"]);
});

test("a value is written where it is set most narrowly, else to the workspace, else to the user's settings", () => {
  assert.equal(targetOf({ globalValue: 1, workspaceFolderValue: 2 }, true), "folder");
  assert.equal(targetOf({ globalValue: 1 }, true), "user");
  assert.equal(targetOf({ defaultValue: 1 }, true), "workspace");
  assert.equal(targetOf({ defaultValue: 1 }, false), "user");
});

test("a preset lies over the defaults and under what is set by itself", () => {
  const current = settings({
    "render.preset": { workspaceValue: "Draft" },
    "render.crf": { globalValue: 20 },
  });
  assert.deepEqual(current.values.get("scale"), { value: 50, source: "preset" });
  assert.deepEqual(current.values.get("crf"), { value: 20, source: "user" });
  assert.deepEqual(current.values.get("fps"), { value: "", source: "default" });
  const params = toParams(current);
  assert.equal(params.scale, 50);
  assert.equal(params.preset, "ultrafast");
  assert.equal(params.presetName, "Draft");
});

test("what is chosen for one render counts before everything", () => {
  const current = settings({ "render.scale": { workspaceFolderValue: 75 } });
  assert.equal(toParams(overlaid(current, { scale: 25 })).scale, 25);
  assert.equal(toParams(current).scale, 75);
});

test("another preset for one render, or none, takes the place of the one that is set", () => {
  const current = settings({
    "render.preset": { workspaceValue: "Draft" },
    "render.crf": { globalValue: 20 },
  });
  const none = toParams(begunWith(current, undefined));
  assert.deepEqual([none.scale, none.preset, none.crf, none.presetName], [100, null, 20, null]);
  const hd = toParams(begunWith(current, BUILT_IN[1]));
  assert.deepEqual([hd.size, hd.scale, hd.preset, hd.crf], ["1920x1080", 100, "medium", 18]);
  assert.equal(hd.presetName, "HD");
  assert.equal(begunWith(current, BUILT_IN[0]), current);
});

test("the defaults leave to the composition and to the format what is theirs", () => {
  assert.deepEqual(toParams(settings()), {
    concurrency: 1,
    format: "mp4",
    codec: null,
    transparent: false,
    crf: null,
    bitrate: null,
    size: null,
    scale: 100,
    pixelRatio: 1,
    fps: null,
    duration: null,
    range: null,
    props: null,
    outputName: "{name}",
    outputFolder: "renders",
    network: "allow",
    gpu: "auto",
    cache: true,
    preset: null,
    surface: "auto",
    even: "error",
    allowPageErrors: false,
    readyTimeout: 30,
    subtitles: null,
    subtitleMode: "burn",
    subtitleStyle: null,
    subtitleLanguage: "und",
    audio: true,
    loudness: null,
    limiter: false,
    presetName: null,
  });
});

test("of presets with one name the narrowest counts as a whole", () => {
  const presets = allPresets({
    globalValue: { Story: { size: "1080x1920", crf: 20 }, Draft: { scale: 30 } },
    workspaceValue: { Story: { crf: 22 }, Broken: 5 },
  });
  assert.deepEqual(
    presets.map(({ name, origin, options }) => [name, origin, options]),
    [
      ["Draft", "user", { scale: 30 }],
      ["HD", "built in", BUILT_IN[1]?.options],
      ["4K", "built in", BUILT_IN[2]?.options],
      ["Transparent", "built in", BUILT_IN[3]?.options],
      ["Story", "workspace", { crf: 22 }],
      ["Broken", "workspace", {}],
    ],
  );
});

test("the presets that come along say what the schema of presets allows", () => {
  const { properties } = manifest.contributes.configuration.properties["helios.presets"]
    .additionalProperties as { properties: Record<string, Record<string, unknown>> };
  const inPresets = OPTIONS.filter(({ isInPresets }) => isInPresets).map(({ key }) => key);
  assert.deepEqual(new Set(Object.keys(properties)), new Set(inPresets));
  for (const [key, schema] of Object.entries(properties)) {
    for (const [word, value] of Object.entries(schema)) {
      assert.deepEqual(value, schemas[`helios.render.${key}`]?.[word], `${key}: ${word}`);
    }
  }
  for (const { name, options } of BUILT_IN) {
    for (const [key, value] of Object.entries(options)) {
      const schema = properties[key];
      const type = schema?.["type"] === "integer" ? "number" : schema?.["type"];
      assert.equal(typeof value, type, `${name}: ${key}`);
      assert.ok(!schema?.["enum"] || (schema["enum"] as unknown[]).includes(value), `${name}: ${key}`);
    }
  }
});

test("a preset is made of what differs from the default and belongs to the picture or the file", () => {
  const values = new Map<string, unknown>([
    ["crf", 20],
    ["scale", 100],
    ["concurrency", 4],
    ["network", "local"],
    ["duration", null],
    ["range", "0:10"],
  ]);
  const defaults = new Map<string, unknown>([
    ["crf", 18],
    ["scale", 100],
    ["concurrency", 1],
    ["duration", null],
    ["range", ""],
  ]);
  assert.deepEqual(toSave(values, defaults), { crf: 20, range: "0:10" });
});

test("what hides a part of a preset is told", () => {
  const draft = BUILT_IN[0];
  assert.ok(draft);
  const set = new Map<string, Inspection>([
    ["crf", { globalValue: 18 }],
    ["scale", { globalValue: 75, workspaceValue: 50 }],
    ["range", { workspaceValue: "0:9" }],
  ]);
  assert.deepEqual(hiddenBySettings(draft, set), ["crf"]);
});

test("a preset's name is one that can be told from the others", () => {
  assert.equal(nameProblem("Story 2"), undefined);
  assert.match(nameProblem("  ") ?? "", /name/);
  assert.match(nameProblem("draft") ?? "", /comes along/);
  assert.match(nameProblem("x".repeat(41)) ?? "", /41 characters/);
});

test("a row shows the value and where it comes from", () => {
  const shown = rows({
    "render.preset": { globalValue: "Draft" },
    "render.concurrency": { workspaceValue: "auto" },
    "render.props": { workspaceFolderValue: { title: "Hello" } },
    "render.fps": { workspaceValue: "29.97" },
  });
  const description = (id: string) => shown.get(id)?.description;
  assert.equal(description("preset"), "Draft · user");
  assert.equal(description("concurrency"), "auto · workspace");
  assert.equal(description("format"), "MP4 (H.264) · default");
  assert.equal(description("crf"), "Small (CRF 28) · preset Draft");
  assert.equal(description("scale"), "50% · preset Draft");
  assert.equal(description("size"), "as the composition says");
  assert.equal(description("duration"), "as the composition says");
  assert.equal(description("fps"), "29.97 fps · workspace");
  assert.equal(description("range"), "all frames");
  assert.equal(description("props"), '{"title":"Hello"} · folder');
  assert.equal(description("cache"), "On · default");
  assert.equal(description("even"), "Refuse · default");
  assert.equal(shown.get("fps")?.contextValue, "option set");
  assert.equal(shown.get("scale")?.contextValue, "option");
  const scale = shown.get("scale");
  assert.ok(scale);
  assert.equal(spoken(scale), "Scale, 50 percent, preset Draft");
});

test("quality and speed are those of the chosen codec, and what it does not have is left out", () => {
  const described = (set: Record<string, Inspection>) => {
    const shown = rows(set);
    const { crf, preset } = toParams(settings(set));
    return [
      shown.get("format")?.description,
      shown.get("crf")?.description,
      shown.get("encoderPreset")?.description,
      crf,
      preset,
    ];
  };
  const set = { "render.crf": { globalValue: 55 }, "render.encoderPreset": { globalValue: "medium" } };
  const of = (format: string, more: Record<string, Inspection> = {}) =>
    described({ "render.format": { workspaceValue: format }, ...more });
  assert.deepEqual(of("mp4"), [
    "MP4 (H.264) · workspace",
    "High (CRF 18) · default",
    "veryfast · default",
    null,
    null,
  ]);
  assert.deepEqual(of("webm"), [
    "WebM (VP9) · workspace",
    "High (CRF 24) · default",
    "4 · default",
    null,
    null,
  ]);
  assert.deepEqual(of("gif"), ["GIF · workspace", "GIF has no quality", "GIF has no speeds", null, null]);
  assert.deepEqual(of("webm", set).slice(1), [
    "CRF 55 · user",
    "medium · left out: VP9 has 5, 4, 3, 2, 1, 0",
    55,
    null,
  ]);
  assert.deepEqual(of("mp4", set).slice(1), [
    "CRF 55 · left out: H.264 has 0 to 51",
    "medium · user",
    null,
    "medium",
  ]);
  const bitrate = { "render.bitrate": { globalValue: "8M" }, "render.crf": { globalValue: 20 } };
  assert.equal(of("mp4", bitrate)[1], "CRF 20 · left out: a bitrate is set");
  assert.equal(
    of("mov", { "render.transparent": { globalValue: true } })[0],
    "MOV (ProRes 4444) · workspace",
  );
});

test("what is offered fits the chosen format", () => {
  const offered = (key: string, set: Record<string, Inspection>) =>
    optionFor(key, settings(set).values).choices?.map(({ value }) => value);
  const webm = { "render.format": { workspaceValue: "webm" } };
  assert.deepEqual(offered("codec", webm), ["", "vp9", "av1"]);
  assert.deepEqual(offered("crf", webm), [24, 30, 36]);
  assert.deepEqual(offered("crf", {}), [18, 23, 28]);
  assert.deepEqual(offered("encoderPreset", webm), ["5", "4", "3", "2", "1", "0"]);
  assert.equal(offered("encoderPreset", {})?.[0], "ultrafast");
  assert.deepEqual(optionFor("crf", settings(webm).values).bounds, { best: 0, worst: 63 });
});

test("a row says what the page in front states, unless a setting says otherwise", () => {
  const page = { path: "/a.html", name: "a", seconds: 2.5, frames: 75, problem: null };
  const stated = statedBy({ ...page, size: { width: 640, height: 360 }, fps: 30_000 / 1001 });
  const descriptions = (set: Record<string, Inspection>, by = stated) =>
    Object.fromEntries(
      settingRows(settings(set), new Map(), undefined, by).map(({ id, description }) => [id, description]),
    );
  const rows = descriptions({ "render.size": { workspaceValue: "1920x1080" } });
  assert.equal(rows["fps"], "29.97 fps · composition");
  assert.equal(rows["duration"], "2.5 s · composition");
  assert.equal(rows["size"], "1920x1080 · workspace");
  const silent = descriptions({}, statedBy({ ...page, size: null, fps: null, seconds: null }));
  assert.equal(silent["size"], "as the composition says");
  assert.equal(statedBy(undefined).size, 0);
});

test("a row says that its value cannot be used, and why", () => {
  const shown = rows(
    { "render.concurrency": { workspaceValue: 2.5 } },
    { concurrency: "Give a whole number." },
  );
  const row = shown.get("concurrency");
  assert.equal(row?.description, "2.5 · cannot be used · workspace");
  assert.equal(row?.icon, "error");
  assert.match(row?.tooltip ?? "", /^Give a whole number/);
});

test("the workers are told with the cores that are there and what limits them", () => {
  assert.equal(concurrencyWords(capacity(1, 1, "request")), "1 of 2 cores");
  assert.equal(
    concurrencyWords(capacity(32, 2, "affinity")),
    "2 of 2 cores · 32 asked for · limited by affinity",
  );
  assert.equal(concurrencyWords(capacity(2, 2, "affinity", true)), "2 of 2 cores · auto");
  assert.equal(concurrencyWords(capacity(1, 1, "memory", true)), "1 of 2 cores · auto · limited by memory");
});

test("a capacity that was measured for another number is not shown with this one", () => {
  const current = settings({ "render.concurrency": { workspaceValue: 8 } });
  const words = (measured: CapacityResult) =>
    settingRows(current, new Map(), measured).find(({ id }) => id === "concurrency")?.description;
  assert.equal(words(capacity(1, 1, "request")), "8 · workspace");
  assert.equal(
    words(capacity(8, 2, "affinity")),
    "2 of 2 cores · 8 asked for · limited by affinity · workspace",
  );
});

test("what is typed becomes a value of the setting's type, and is typed again as it was", () => {
  const cases: readonly (readonly [key: string, text: string, value: unknown])[] = [
    ["concurrency", "auto", "auto"],
    ["concurrency", " 4 ", 4],
    ["crf", "20", 20],
    ["size", " 64x36 ", "64x36"],
    ["size", "", ""],
    ["duration", "2.5", 2.5],
    ["duration", " ", null],
    ["props", '{"a":1}', { a: 1 }],
    ["props", "", {}],
  ];
  for (const [key, text, value] of cases) {
    assert.deepEqual(parse(optionOf(key), text), { value }, `${key}: ${text}`);
    assert.equal(editable(optionOf(key), value), text.trim());
  }
  for (const [key, text] of [
    ["duration", "10/3"],
    ["duration", "Infinity"],
    ["concurrency", "many"],
    ["crf", ""],
  ] as const) {
    assert.ok("problem" in parse(optionOf(key), text), `${key}: ${text}`);
  }
  for (const text of ["[1]", "{", "@file.json", "5"]) {
    assert.ok("problem" in parse(optionOf("props"), text), text);
  }
});

test("a value that is none of the choices is shown as it is", () => {
  assert.equal(readable(optionOf("crf"), 20), "CRF 20");
  assert.equal(readable(optionOf("network"), "nowhere"), "nowhere");
  assert.equal(readable(optionOf("scale"), 33), "33%");
});

test("questions are asked in turn, and Back asks the one before again", async () => {
  const asked: string[] = [];
  const answers: (string | typeof BACK)[] = ["a", BACK, "b", "c", BACK, "d", "e"];
  const step =
    (name: string): Step<string> =>
    async (state, { step: number, totalSteps }) => {
      asked.push(`${name} ${number}/${totalSteps} of ${state}`);
      const answer = answers.shift();
      return typeof answer === "string" ? `${state}${answer}` : answer;
    };
  assert.equal(await runSteps([step("one"), step("two"), step("three")], "-"), "-bde");
  assert.deepEqual(asked, [
    "one 1/3 of -",
    "two 2/3 of -a",
    "one 1/3 of -",
    "two 2/3 of -b",
    "three 3/3 of -bc",
    "two 2/3 of -b",
    "three 3/3 of -bd",
  ]);
  answers.push("x");
  assert.equal(await runSteps([step("one"), step("two")], "-"), undefined);
});
