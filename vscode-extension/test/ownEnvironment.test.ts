import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../src/setup/lock.ts";
import { OwnEnvironment } from "../src/setup/ownEnvironment.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "helios-own-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const BASE_VERSION = "3.12.1";

/** A Python whose venv module copies it, and whose pip does what `pip` says. */
function fakeBase(pip: string): { command: string; version: string } {
  const command = path.join(folder, "python3");
  const script = `#!/bin/sh
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip install "*) ${pip} ;;
  *) exit 0 ;;
esac
`;
  writeFileSync(command, script);
  chmodSync(command, 0o755);
  return { command, version: BASE_VERSION };
}

function failingBase() {
  return fakeBase("exit 1");
}

/** The folders of all environments that are there. */
function made(): string[] {
  const root = path.join(folder, "storage", "python");
  return readdirSync(root).map((name) => path.join(root, name));
}

function environment(version = "0.1.0"): OwnEnvironment {
  const wheels = path.join(folder, "dist");
  mkdirSync(wheels, { recursive: true });
  writeFileSync(path.join(wheels, "helios_renders-0.1.0-py3-none-any.whl"), version);
  return new OwnEnvironment(path.join(folder, "storage"), wheels, version);
}

function watch(signal = new AbortController().signal) {
  const steps: string[] = [];
  return { signal, steps, onLine: () => undefined, onStep: (step: string) => steps.push(step) };
}

test("an environment counts when it is finished, and a new version removes the old one", async () => {
  const first = environment("0.1.0");
  assert.equal(first.python, undefined);
  const told = watch();
  await first.make(fakeBase("echo 'Collecting pygls>=2'"), told);
  assert.ok(first.python && existsSync(first.python));
  assert.deepEqual(told.steps, ["Creating the environment", "Looking for pygls", "Checking the environment"]);

  const second = environment("0.2.0");
  assert.equal(second.python, undefined);
  assert.equal(second.hasOld, true);
  await second.make(fakeBase("true"), watch());
  assert.ok(second.python);
  await second.use(second.python);
  await second.removeUnused(assert.fail);
  assert.deepEqual(made(), [path.dirname(path.dirname(second.python))]);
});

test("a failed or cancelled set-up leaves the good environment in its place", async () => {
  const own = environment();
  const failing = fakeBase("echo 'ERROR: No matching distribution found for numpy>=2' >&2; exit 1");
  await assert.rejects(own.make(failing, watch()), /The package index has no numpy>=2 for this Python/);
  assert.equal(own.python, undefined);
  assert.deepEqual(made(), []);

  await own.make(fakeBase("true"), watch());
  const good = own.python;
  assert.ok(good);
  await assert.rejects(own.make(failingBase(), watch()), /pip failed/);
  const button = new AbortController();
  const slow = fakeBase("echo 'Collecting pygls'; exec sleep 60");
  const told = { ...watch(button.signal), onLine: () => button.abort() };
  await assert.rejects(own.make(slow, told), { name: "AbortError" });
  assert.equal(own.python, good);
  assert.deepEqual(made(), [path.dirname(path.dirname(good))]);
});

test("an environment stays while a daemon of any living window runs from it", async () => {
  const own = environment();
  await own.make(fakeBase("true"), watch());
  const first = own.python;
  assert.ok(first);
  await own.use(first);
  await own.make(fakeBase("true"), watch());
  const second = own.python;
  assert.ok(second && second !== first);
  await own.removeUnused(assert.fail);
  assert.ok(existsSync(first), "this window's daemon runs from it");

  const note = path.join(path.dirname(path.dirname(first)), `in-use-${process.ppid}`);
  writeFileSync(note, "");
  await own.use(second);
  await own.removeUnused(assert.fail);
  assert.ok(existsSync(first), "another window's daemon runs from it");

  rmSync(note);
  writeFileSync(path.join(path.dirname(note), "in-use-999999999"), "");
  await own.removeUnused(assert.fail);
  assert.equal(existsSync(first), false);
  assert.equal(own.python, second);
});

test("of two windows that set Helios up one makes it, and the other uses what was made", async () => {
  const own = environment();
  const lock = path.join(folder, "storage", "python", "making.lock");
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, `${process.ppid}`);
  const told = watch();
  const waiting = own.make(failingBase(), told);
  while (told.steps.length === 0) {
    await sleep(10);
  }
  assert.deepEqual(told.steps, ["Another window is setting Helios up"]);
  const there = path.join(folder, "storage", "python", "0.1.0-6ad9613a4557-1");
  mkdirSync(there);
  writeFileSync(path.join(there, "helios-ready.json"), "{}");
  rmSync(lock);
  await waiting;
  assert.ok(own.python?.startsWith(there));

  const button = new AbortController();
  writeFileSync(lock, `${process.ppid}`);
  const cancelled = own.make(failingBase(), { ...watch(button.signal), onStep: () => button.abort() });
  await assert.rejects(cancelled, { name: "AbortError" });
  assert.equal(readFileSync(lock, "utf8"), `${process.ppid}`, "it is the other window's still");
});

test("a lock whose process is gone does not count, and only one of two gets a free one", async () => {
  const own = environment();
  const lock = path.join(folder, "storage", "python", "making.lock");
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, "999999999");
  await own.make(fakeBase("true"), watch());
  assert.ok(own.python);
  assert.equal(existsSync(lock), false);

  writeFileSync(lock, `${process.ppid}`);
  assert.equal(await takeLock(lock), false);
  rmSync(lock);
  assert.equal(await takeLock(lock), true);
  assert.equal(readFileSync(lock, "utf8"), `${process.pid}`);
});

test("an extension without a wheel says so", async () => {
  const own = new OwnEnvironment(folder, path.join(folder, "nothing"), "0.1.0");
  await assert.rejects(own.make(fakeBase("true"), watch()), /does not carry the Python package/);
});
