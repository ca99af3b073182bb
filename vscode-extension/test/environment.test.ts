import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { expandPath, findPython } from "../src/environment.ts";

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

const GOOD = "echo 3.12.1; echo 0.1.0";

test("the setting comes first", async () => {
  const chosen = fakePython("chosen", GOOD);
  fakePython(".venv/bin/python", GOOD);
  const search = await findPython(chosen, [folder], folder);
  assert.deepEqual(search, {
    kind: "found",
    command: chosen,
    origin: "the setting helios.python",
    version: "3.12.1",
  });
});

test("a wrong setting is told, not passed over", async () => {
  fakePython(".venv/bin/python", GOOD);
  const search = await findPython("/nowhere/python", [folder], folder);
  assert.equal(search.kind, "missing");
  assert.deepEqual(search.tried, [
    {
      command: "/nowhere/python",
      origin: "the setting helios.python",
      problem: "There is no such program.",
    },
  ]);
});

test("a workspace's .venv comes before the PATH", async () => {
  const inVenv = fakePython(".venv/bin/python", GOOD);
  fakePython("bin/python3", GOOD);
  process.env["PATH"] = path.join(folder, "bin");
  const search = await findPython("", [folder], folder);
  assert.equal(search.kind, "found");
  assert.equal(search.command, inVenv);
});

test("one that cannot be used is passed over with its reason", async () => {
  fakePython(".venv/bin/python", "echo 3.9.2; echo 0.1.0");
  fakePython("bin/python3", "echo 3.13.0; echo 'No module named helios_renders' >&2; exit 1");
  fakePython("bin/python", GOOD);
  process.env["PATH"] = `${path.join(folder, "bin")}:/bin:/usr/bin`;
  const search = await findPython("", [folder], folder);
  assert.equal(search.kind, "found");
  assert.equal(search.command, "python");
});

test("when there is none, every one that was tried is named with its reason", async () => {
  fakePython(".venv/bin/python", "echo 3.9.2; echo 0.1.0");
  fakePython("bin/python3", "echo 3.13.0; echo 'No module named helios_renders' >&2; exit 1");
  fakePython("bin/python", "echo unknown option >&2; exit 2");
  process.env["PATH"] = path.join(folder, "bin");
  const search = await findPython("", [folder], folder);
  assert.equal(search.kind, "missing");
  assert.deepEqual(
    search.tried.map(({ problem }) => problem),
    [
      "It is Python 3.9.2, and 3.11 or newer is needed.",
      "It is Python 3.13.0 without a working helios-renders: No module named helios_renders",
      "It did not answer like a Python: unknown option",
    ],
  );
});

test("a path is expanded like a person means it", () => {
  assert.equal(expandPath("~/venv/bin/python", []), path.join(homedir(), "venv/bin/python"));
  assert.equal(expandPath("${workspaceFolder}/.venv/bin/python", ["/a"]), "/a/.venv/bin/python");
  assert.equal(expandPath(".venv/bin/python", ["/a", "/b"]), "/a/.venv/bin/python");
  assert.equal(expandPath("python3.12", ["/a"]), "python3.12");
  assert.equal(expandPath(" /opt/python ", ["/a"]), "/opt/python");
});
