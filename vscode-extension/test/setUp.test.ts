import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { brokenOff, doctorReport, parseChecks } from "../src/setup/checks.ts";
import { missingPythonWords, pipFailure, programsFailure, venvFailure } from "../src/setup/failures.ts";
import { pipStep } from "../src/setup/ownEnvironment.ts";
import { existingFolder, run } from "../src/setup/process.ts";
import { extensionPythons } from "../src/setup/pythonExtensions.ts";
import { forgetPython, namePython } from "../src/setup/pythonSetting.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "helios-set-up-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function finished(...lines: string[]) {
  return { ok: false, lines, problem: "" };
}

test("a process ends with everything that it started", async () => {
  const button = new AbortController();
  const begun = Date.now();
  // The helper holds the outputs open, so that only its end is the end of the run.
  const running = run("/bin/sh", ["-c", "sleep 60 & echo started; wait"], {
    cwd: folder,
    env: process.env,
    timeoutMs: 30_000,
    signal: button.signal,
    onLine: () => button.abort(),
  });
  await assert.rejects(running, { name: "AbortError" });
  assert.ok(Date.now() - begun < 20_000);
});

test("a process that takes too long is ended, and one that does not start says so", async () => {
  const options = {
    cwd: folder,
    env: process.env,
    signal: new AbortController().signal,
    onLine: () => undefined,
  };
  const late = await run("/bin/sh", ["-c", "sleep 60"], { ...options, timeoutMs: 200 });
  assert.deepEqual([late.ok, late.problem], [false, "/bin/sh did not end within 0.2 s."]);
  const missing = await run("/nowhere/python", [], { ...options, timeoutMs: 5_000 });
  assert.match(missing.problem, /^\/nowhere\/python does not start: /);
});

test("pip's lines become a few words", () => {
  assert.equal(
    pipStep("Collecting playwright<2,>=1.55 (from helios-renders==0.1.0)"),
    "Looking for playwright",
  );
  assert.equal(
    pipStep("  Downloading playwright-1.65.2-py3-none-manylinux1_x86_64.whl (53.5 MB)"),
    "Downloading playwright, 53.5 MB",
  );
  assert.equal(pipStep("Installing collected packages: a, b"), "Installing the packages");
  assert.equal(pipStep("WARNING: something"), undefined);
});

test("each failure says what was wrong and what to do", () => {
  const debian = finished(
    "The virtual environment was not created successfully because ensurepip is not",
    "available.  On Debian/Ubuntu systems, you need to install the python3-venv",
    "No module named ensurepip",
  );
  assert.match(venvFailure("/usr/bin/python3", debian).advice, /sudo apt install python3-venv/);
  const odd = venvFailure("python3", finished("one", "two", "", "three", "four"));
  assert.match(odd.message, /could not make a virtual environment\. two three four$/);
  const offline = pipFailure(
    finished(
      "WARNING: Retrying: NewConnectionError(': Failed to establish a new connection')",
      "ERROR: No matching distribution found for numpy",
    ),
  );
  assert.equal(offline.message, "pip could not reach its package index.");
  assert.match(offline.advice, /network/);
  assert.match(pipFailure(finished("OSError: No space left on device")).advice, /Free about 500 MB/);
  assert.equal(pipFailure(finished("a", "b", "c", "d")).message, "pip failed. b c d");
  const programs = programsFailure(
    finished(
      "Trying Playwright's download.",
      "error: No browser could be installed.",
      "  Run `sudo apt-get install chromium` yourself, then `helios setup` again.",
      "  | more",
    ),
  );
  assert.equal(programs.message, "No browser could be installed.");
  assert.match(programs.advice, /sudo apt-get install chromium.*Helios: Set Up Browser and FFmpeg/);
  const byHand = programsFailure(
    finished(
      "error: No browser.",
      "  Install Chromium or Chrome yourself, or set HELIOS_BROWSER to the path of one.",
    ),
  );
  assert.match(byHand.advice, /yourself, or name one in the setting helios\.browser\.$/);
});

test("no Python, a wrong one and one that lacks only the package are told apart", () => {
  const old = {
    command: "python3",
    origin: "the PATH",
    problem: "It is Python 3.8.18, and 3.11 or newer is needed.",
  };
  const words = missingPythonWords({ kind: "missing", tried: [old], base: undefined });
  assert.match(words, /found none\. Install Python from the page Downloads of python\.org/);
  assert.match(words, /python3: It is Python 3\.8\.18/);
  const named = { ...old, origin: "the setting helios.python" };
  assert.match(
    missingPythonWords({ kind: "missing", tried: [named], base: undefined }),
    /the setting helios\.python names another/,
  );
});

test("the Python extensions are asked in order, and one that fails is passed over with a warning", async () => {
  const environments = {
    exports: undefined,
    activate: async () => ({
      getEnvironment: async (scope: unknown) => ({
        execInfo: { run: { executable: `${scope}/new/python` } },
      }),
    }),
  };
  const python = {
    exports: {
      environments: {
        getActiveEnvironmentPath: (scope: unknown) => ({ path: `${scope}/old` }),
        resolveEnvironment: async ({ path: where }: { path: string }) => ({
          executable: { uri: { fsPath: `${where}/python` } },
        }),
      },
    },
    activate: async () => undefined,
  };
  const known = new Map<string, unknown>([
    ["ms-python.vscode-python-envs", environments],
    ["ms-python.python", python],
  ]);
  const find = (id: string) => known.get(id) as typeof python | undefined;
  const warnings: string[] = [];
  const ask = () => extensionPythons(find, "/home", (text) => warnings.push(text));
  assert.deepEqual(
    (await ask()).map(({ command }) => command),
    ["/home/new/python", "/home/old/python"],
  );
  known.set("ms-python.vscode-python-envs", { exports: {}, activate: async () => ({}) });
  assert.deepEqual(
    (await ask()).map(({ command }) => command),
    ["/home/old/python"],
  );
  assert.match(warnings.join(), /ms-python\.vscode-python-envs did not say which Python it uses/);
  known.clear();
  assert.deepEqual(await ask(), []);
});

test("the doctor's report begins with what is wrong", () => {
  const lines = [
    '{"type": "check", "name": "python", "status": "ok", "message": "3.12 | /a_b", "advice": ""}',
    '{"type": "check", "name": "browser", "status": "fail", "message": "No browser.", "advice": "Run `helios setup`."}',
    '{"type": "doctor", "ok": false}',
  ];
  const report = doctorReport(parseChecks(lines), [["VS Code", "1.91"]]);
  assert.match(report, /Helios cannot render yet: one thing is missing or broken/);
  assert.match(
    report,
    /## Browser: missing or broken\n\nNo browser\.\n\n\*What to do:\* Run the command Helios/,
  );
  assert.match(report, /\| Python \| OK \| 3\.12 \\\| \/a\\_b \|/);
  assert.match(report, /\| VS Code \| 1\.91 \|/);
  assert.match(doctorReport(parseChecks(lines.slice(0, 1)), []), /Everything that a render needs is here/);
});

test("a doctor that did not come to its end has not found that everything is here", () => {
  const check = '{"type": "check", "name": "ffmpeg", "status": "ok", "message": "7.1", "advice": ""}';
  const end = '{"type": "doctor", "ok": true}';
  assert.equal(brokenOff({ ok: true, lines: [check, end], problem: "" }), undefined);
  const crashed = brokenOff(finished(check, "Traceback (most recent call last):", "ImportError: numpy"));
  assert.equal(crashed?.status, "fail");
  assert.match(crashed?.message ?? "", /ImportError: numpy$/);
  assert.match(doctorReport(crashed ? [crashed] : [], []), /Helios cannot render yet: one thing is missing/);
  const problem = "python3 does not start: spawn python3 ENOENT";
  assert.ok(brokenOff({ ok: false, lines: [], problem })?.message.endsWith(problem));
  assert.ok(brokenOff({ ok: true, lines: [end], problem: "" }), "it looked at nothing");
});

test("programs start in the first folder that is there", async () => {
  const gone = path.join(folder, "gone");
  assert.equal(existingFolder([gone, folder]), folder);
  assert.equal(existingFolder([gone]), process.cwd());
});

test("a chosen Python is written where it counts, and forgotten everywhere", async () => {
  const written: (readonly [string | undefined, string])[] = [];
  const write = async (value: string | undefined, scope: string) => {
    written.push([value, scope]);
  };
  await namePython("/new", {}, write);
  await namePython("/new", { globalValue: "/a" }, write);
  await namePython("/new", { globalValue: "/a", workspaceValue: "" }, write);
  assert.deepEqual(written, [
    ["/new", "user"],
    ["/new", "user"],
    ["/new", "workspace"],
  ]);
  written.length = 0;
  await forgetPython({}, write);
  await forgetPython({ globalValue: "/a", workspaceValue: "/b" }, write);
  assert.deepEqual(written, [
    [undefined, "workspace"],
    [undefined, "user"],
  ]);
});
