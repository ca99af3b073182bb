import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { searchOf } from "../src/compositions/globs.ts";
import { compositionRows } from "../src/compositions/rows.ts";
import { FIRST_COMPOSITION } from "../src/compositions/template.ts";
import type { FoundComposition } from "../src/protocol.ts";

const INTRO: FoundComposition = {
  path: "/films/scenes/intro.html",
  name: "intro",
  size: { width: 1920, height: 1080 },
  fps: 30000 / 1001,
  seconds: 8,
  frames: 240,
  problem: null,
};

function rows(...compositions: FoundComposition[]) {
  return compositionRows({ path: "/films", compositions, problems: [] });
}

test("a row says size, frame rate and length", () => {
  const [row] = rows(INTRO);
  assert.equal(row?.description, "1920x1080, 29.97 fps, 8 s");
  assert.equal(row.spoken, "intro, 1920 by 1080, 29.97 frames per second, 8 s");
  assert.equal(row.tooltip, "/films/scenes/intro.html\n1920x1080, 29.97 fps, 8 s");
});

test("what only a render can know is left out and named in the tooltip", () => {
  const [row] = rows({ ...INTRO, size: null, seconds: null });
  assert.equal(row?.description, "29.97 fps");
  assert.match(row.tooltip, /Known once it is rendered: size, length\./);
});

test("long compositions are told in minutes, short ones to the hundredth", () => {
  const lengths = [75, 0.1 + 0.2].map((seconds) => rows({ ...INTRO, seconds })[0]?.description);
  assert.deepEqual(lengths, ["1920x1080, 29.97 fps, 1 min 15 s", "1920x1080, 29.97 fps, 0.3 s"]);
});

test("compositions of the same name say their folders", () => {
  const other = { ...INTRO, path: "/films/intro.html" };
  const third = { ...INTRO, path: "/films/end.html", name: "end" };
  const places = rows(INTRO, other, third).map(({ description }) => description.split(" · ")[1]);
  assert.deepEqual(places, ["scenes", undefined, undefined]);
});

test("a problem is shown, told and spoken", () => {
  const [row] = rows({ ...INTRO, problem: "fps is 'many', which is not a number." });
  assert.equal(row?.icon, "warning");
  assert.equal(row.description, "1920x1080, 29.97 fps, 8 s · cannot be rendered");
  assert.match(row.tooltip, /not a number\.$/);
  assert.match(row.spoken, /not a number\.$/);
});

test("globs that are no list of texts are a problem and not a guess", () => {
  const settings: Record<string, unknown> = { include: "**/*.html", exclude: ["a", 1] };
  const search = searchOf("/films", (name) => settings[name]);
  assert.deepEqual(search.folder, { path: "/films", include: [], exclude: [] });
  assert.deepEqual(
    search.problems.map((problem) => problem.split(" must ")[0]),
    ["The setting helios.compositions.include", "The setting helios.compositions.exclude"],
  );
  assert.deepEqual(
    searchOf("/films", () => ["x"]),
    {
      folder: { path: "/films", include: ["x"], exclude: ["x"] },
      problems: [],
    },
  );
});

test("the first composition says what it is", () => {
  for (const mark of [/name="helios:size" content="\d+x\d+"/, /helios:fps/, /helios:duration/]) {
    assert.match(FIRST_COMPOSITION, mark);
  }
  assert.doesNotMatch(FIRST_COMPOSITION, /https?:/);
});

test("the schema knows the keys that the daemon knows", () => {
  const schema = JSON.parse(readFileSync(new URL("../composition.schema.json", import.meta.url), "utf8"));
  const source = readFileSync(
    new URL("../../daemon/helios_renders/composition/composition_file.py", import.meta.url),
    "utf8",
  );
  const [, numbers = ""] = /NUMBERS = \((.*)\)/.exec(source) ?? [];
  const keys = [...numbers.matchAll(/"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(Object.keys(schema.properties), [...keys, "defaultProps", "audioTracks", "subtitles"]);
});
