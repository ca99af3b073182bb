import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as l10n from "@vscode/l10n";
import type { Entry } from "../scripts/messages.ts";
import { job, PROGRESS, RESULT } from "./jobs.ts";
import { loadWith, vscodeWith } from "./vscode.ts";

// A language in which every message stands in brackets, known before any module of ours is.
const BUNDLE = readFileSync(new URL("../l10n/bundle.l10n.json", import.meta.url), "utf8");
const IN_BRACKETS = Object.fromEntries(
  Object.entries(JSON.parse(BUNDLE) as Record<string, Entry>).map(([key, entry]) => [
    key,
    `[${typeof entry === "string" ? entry : entry.message}]`,
  ]),
);
l10n.config({ contents: IN_BRACKETS });

const { compositionRows } = await import("../src/compositions/rows.ts");
const { ACTIONS } = await import("../src/renders/actions.ts");
const { childRows } = await import("../src/renders/facts.ts");
const { groups, matches } = await import("../src/renders/groups.ts");
const { jobReport } = await import("../src/renders/report.ts");
const { spoken } = await import("../src/renders/row.ts");
const { groupRow, jobRow } = await import("../src/renders/rows.ts");
const { statusOf } = await import("../src/renders/status.ts");
const { readCurrent } = await import("../src/settings/current.ts");
const { optionFor } = await import("../src/settings/fitting.ts");
const { FORMATS } = await import("../src/settings/formats.ts");
const { OPTIONS } = await import("../src/settings/options.ts");
const { BUILT_IN } = await import("../src/settings/presets.ts");
const { settingRows } = await import("../src/settings/rows.ts");
const { doctorReport } = await import("../src/setup/checks.ts");
const { missingPythonWords, pipFailure } = await import("../src/setup/failures.ts");

/** What of a text is in no brackets. */
function outside(text: string): string {
  const inner = text.replaceAll(/\[[^[\]]*\]/g, "");
  return inner === text ? text : outside(inner);
}

function assertTranslated(...texts: readonly string[]): void {
  for (const text of texts) {
    assert.match(text, /\[/);
    assert.doesNotMatch(outside(text), /[A-Za-z]/, text);
  }
}

test("what can be done with a render is told in the display language", () => {
  for (const { title, none } of Object.values(ACTIONS)) {
    assertTranslated(title, none);
  }
});

test("the rows of a render, its facts and its group are, too", () => {
  const rendering = job("rendering", { progress: PROGRESS });
  assert.equal(jobRow(rendering, false).description, "[42%] · [31 fps] · [[3 s] left]");
  assert.equal(spoken(jobRow(rendering, false)), "intro, [42 percent], [31 frames per second], [[3 s] left]");
  assertTranslated(jobRow(rendering, true).description);
  for (const state of ["queued", "paused", "assembling", "done", "failed", "cancelled"] as const) {
    assertTranslated(jobRow(job(state, { progress: PROGRESS }), false).description);
  }
  const facts = childRows(rendering);
  assertTranslated(...facts.map(({ label }) => label));
  assertTranslated(...facts.flatMap(({ tooltip }) => tooltip));
  assert.deepEqual(
    facts.map(({ description }) => outside(description)),
    [" · ", "2", " ·  · ", "", ""],
  );
  for (const group of groups([rendering, job("queued"), job("done", { result: RESULT })], "")) {
    assertTranslated(groupRow(group).label, groupRow(group).tooltip);
  }
});

test("a filter finds a state by its name in either language", () => {
  assert.ok(matches(job("done"), "done"));
  assert.ok(matches(job("done"), "[done]"));
});

test("status bar, report and compositions are, too", () => {
  const status = statusOf([job("rendering", { progress: PROGRESS })]);
  assert.equal(status?.text, "$(loading~spin) [1 render] [42%]");
  assertTranslated(status?.spoken ?? "");
  const report = jobReport(job("done", { result: RESULT }), "", []);
  for (const [, heading = ""] of report.matchAll(/^## (.*)$/gm)) {
    assertTranslated(heading);
  }
  for (const [, name = ""] of report.matchAll(/^- (\S+):/gm)) {
    assertTranslated(name);
  }
  const page = { path: "/a/b.html", name: "b", size: null, fps: 30, seconds: 90, frames: null, problem: "?" };
  const [row] = compositionRows({ path: "/a", compositions: [page], problems: [] });
  assertTranslated(row?.description ?? "");
  assert.match(row?.tooltip ?? "", /\[Known once it is rendered: \[size\]\.\]/);
});

test("options are, too: names, questions, choices and rows", () => {
  const current = readCurrent((key) => (key === "render.format" ? { globalValue: "webp" } : {}));
  for (const option of [...OPTIONS, optionFor("crf", current.values)]) {
    assertTranslated(option.title, option.prompt, option.unset ?? "[]");
    assertTranslated(...(option.choices ?? []).flatMap(({ detail }) => detail || []));
  }
  assertTranslated(...FORMATS.map(({ detail }) => detail), ...BUILT_IN.map(({ detail }) => detail));
  const rows = settingRows(current, new Map([["scale", "?"]]), undefined);
  assertTranslated(...rows.flatMap(({ label, tooltip }) => [label, tooltip.replace("?", "")]));
  assert.equal(rows.find(({ id }) => id === "preset")?.description, "[none]");
  assert.equal(rows.find(({ id }) => id === "size")?.description, "[as the composition says]");
});

test("set-up and doctor are, too", () => {
  assertTranslated(missingPythonWords({ kind: "missing", tried: [], base: undefined }));
  const { message, advice } = pipFailure({ ok: false, lines: ["No space left on device"], problem: "" });
  assertTranslated(message, advice);
  const check = { name: "", status: "fail", message: "", advice: "" } as const;
  assertTranslated(doctorReport([check], []));
});

test("the built extension takes the messages of VS Code before it makes any", async () => {
  const { vscode, views } = vscodeWith(IN_BRACKETS);
  const extension = await loadWith(vscode, 'export * from "./extension.ts"');
  const { activate } = extension as { activate(context: unknown): void };
  activate({
    extensionPath: "/extension",
    extensionUri: { fsPath: "/extension" },
    globalStorageUri: { fsPath: "/storage" },
    extension: { packageJSON: { version: "0.0.0" } },
    subscriptions: [],
  });
  const settings = views.get("helios.settings");
  const labels = settings?.getChildren().map((row) => settings.getTreeItem(row).label ?? "") ?? [];
  assert.ok(labels.length > OPTIONS.length);
  assertTranslated(...labels);
});
