import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { examinePython, expandPath, findPython, type PythonSources } from "../src/environment.ts";

let folder: string;
let oldPath: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "helios-environment-"));
  oldPath = process.env["PATH"];
});

afterEach(() => {
  process.env["PATH"] = oldPath;
  rmSync(folder, { recursive: true });
});

/** A program that answers the probe like a Python would. */
function fakePython(name: string, script: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const GOOD = 'echo 3.12.1; echo "$0"; echo 0.1.0';
const BARE = `echo 3.13.0; echo "$0"; echo "No module named 'helios_renders'" >&2; exit 1`;

function search(sources: Partial<PythonSources>) {
  const none = { setting: "", own: undefined, folders: [folder], extensions: async () => [] };
  return findPython({ ...none, ...sources }, folder);
}

test("the setting comes first", async () => {
  const chosen = fakePython("chosen", GOOD);
  fakePython(".venv/bin/python", GOOD);
  assert.deepEqual(await search({ setting: chosen }), {
    kind: "found",
    command: chosen,
    origin: "the setting helios.python",
    version: "3.12.1",
  });
});

test("a wrong setting is told, not passed over", async () => {
  fakePython(".venv/bin/python", GOOD);
  const missing = await search({ setting: "/nowhere/python" });
  assert.equal(missing.kind, "missing");
  assert.deepEqual(missing.tried, [
    {
      command: "/nowhere/python",
      origin: "the setting helios.python",
      problem: "There is no such program.",
    },
  ]);
});

test("a setting that no process can be made of is told, too", async () => {
  const python = fakePython("chosen", GOOD);
  for (const setting of [`${python}/`, `${python}/python`, "x".repeat(5000)]) {
    const missing = await search({ setting });
    assert.equal(missing.kind, "missing");
    assert.match(missing.tried[0]?.problem ?? "", /ENOTDIR|ENAMETOOLONG|no such program/);
  }
});

test("a workspace's .venv comes before the PATH", async () => {
  const inVenv = fakePython(".venv/bin/python", GOOD);
  fakePython("bin/python3", GOOD);
  process.env["PATH"] = path.join(folder, "bin");
  const found = await search({});
  assert.equal(found.kind, "found");
  assert.equal(found.command, inVenv);
});

test("one that cannot be used is passed over with its reason", async () => {
  fakePython(".venv/bin/python", 'echo 3.9.2; echo "$0"; echo 0.1.0');
  fakePython("bin/python3", BARE);
  fakePython("bin/python", GOOD);
  process.env["PATH"] = `${path.join(folder, "bin")}:/bin:/usr/bin`;
  const found = await search({});
  assert.equal(found.kind, "found");
  assert.equal(found.command, "python");
});

test("when there is none, every one that was tried is named with its reason", async () => {
  fakePython(".venv/bin/python", 'echo 3.9.2; echo "$0"; echo 0.1.0');
  fakePython("bin/python3", BARE);
  fakePython("bin/python", "echo unknown option >&2; exit 2");
  process.env["PATH"] = path.join(folder, "bin");
  const missing = await search({});
  assert.equal(missing.kind, "missing");
  assert.deepEqual(
    missing.tried.map(({ problem }) => problem),
    [
      "It is Python 3.9.2, and 3.11 or newer is needed.",
      "It is Python 3.13.0 without a working helios-renders: No module named 'helios_renders'",
      "It did not answer like a Python: unknown option",
    ],
  );
});

test("the order is own environment, .venv, Python extensions, PATH", async () => {
  const own = fakePython("own/bin/python", BARE);
  const inVenv = fakePython(".venv/bin/python", BARE);
  const chosen = fakePython("chosen", BARE);
  const onPath = fakePython("bin/python3", BARE);
  process.env["PATH"] = path.dirname(onPath);
  const extensions = async () => [{ command: chosen, origin: "the extension Python" }];
  const missing = await search({ own, extensions });
  assert.equal(missing.kind, "missing");
  assert.deepEqual(
    missing.tried.map(({ command }) => command),
    [own, inVenv, chosen, "python3", "python"],
  );
  assert.deepEqual(missing.base, { command: own, version: "3.13.0" });

  fakePython("chosen", GOOD);
  const found = await search({ own, extensions });
  assert.equal(found.kind, "found");
  assert.equal(found.command, chosen);
});

test("the Python extensions are not asked when an environment before them will do", async () => {
  const own = fakePython("own/bin/python", GOOD);
  const found = await search({ own, extensions: () => Promise.reject(new Error("asked")) });
  assert.equal(found.kind, "found");
  assert.equal(found.origin, "Helios' own environment");
});

test("only a Python that is new enough is one to make an environment from, and none when the setting names one", async () => {
  const old = fakePython(".venv/bin/python", 'echo 3.8.18; echo "$0"; exit 1');
  const bare = fakePython("bin/python3", BARE);
  process.env["PATH"] = path.dirname(bare);
  const missing = await search({});
  assert.equal(missing.kind, "missing");
  assert.deepEqual(missing.base, { command: bare, version: "3.13.0" });
  const named = await search({ setting: bare });
  assert.equal(named.kind === "missing" && named.base, undefined);
  assert.deepEqual(await examinePython(old, folder), {
    problem: "It is Python 3.8.18, and 3.11 or newer is needed.",
  });
  assert.deepEqual(await examinePython(bare, folder), { command: bare, version: "3.13.0" });
});

test("a path is expanded like a person means it", () => {
  assert.equal(expandPath("~/venv/bin/python", []), path.join(homedir(), "venv/bin/python"));
  assert.equal(expandPath("${workspaceFolder}/.venv/bin/python", ["/a"]), "/a/.venv/bin/python");
  assert.equal(expandPath(".venv/bin/python", ["/a", "/b"]), "/a/.venv/bin/python");
  assert.equal(expandPath("python3.12", ["/a"]), "python3.12");
  assert.equal(expandPath(" /opt/python ", ["/a"]), "/opt/python");
});
