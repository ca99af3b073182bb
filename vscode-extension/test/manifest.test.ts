import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ACTIONS, type Action } from "../src/renders/actions.ts";
import { contextKeys } from "../src/renders/context_keys.ts";
import { PRESET_KEY } from "../src/settings/current.ts";
import { OPTIONS } from "../src/settings/options.ts";
import { asked, manifest, texts } from "./manifest.ts";

const contributes = manifest.contributes;
/** The keys that views and daemons set themselves. */
const SET_ELSEWHERE = ["helios.daemon", "helios.isFiltered", "helios.compositions"];
const commands = new Set<string>(contributes.commands.map((entry: { command: string }) => entry.command));

test("every command of a menu, a welcome text or the walkthrough exists", () => {
  const inMenus = Object.values(contributes.menus)
    .flat()
    .map((entry) => (entry as { command: string }).command);
  const inLinks = contributes.viewsWelcome.flatMap(({ contents }: { contents: string }) =>
    [...contents.matchAll(/\(command:([\w.]+)/g)].map((match) => match[1]),
  );
  const steps: { description: string; completionEvents: string[] }[] = contributes.walkthroughs.flatMap(
    ({ steps }: { steps: unknown[] }) => steps,
  );
  const inSteps = steps.flatMap(({ description, completionEvents }) => [
    ...[...description.matchAll(/\(command:([\w.]+)/g)].map((match) => match[1]),
    ...completionEvents.flatMap((event) => event.match(/(?<=^onCommand:).+/)?.[0] ?? []),
  ]);
  assert.equal(steps.length, 4);
  for (const command of [...inMenus, ...inLinks, ...inSteps]) {
    assert.ok((command && commands.has(command)) || /^(workbench|vscode)\./.test(command ?? ""), command);
  }
});

test("every command has the category Helios and a title without it", () => {
  for (const { category, title } of contributes.commands) {
    assert.equal(category, "Helios");
    assert.match(title, /^(?!Helios)[A-Z]/);
  }
});

test("a default has the type that its setting asks for", () => {
  for (const [key, schema] of Object.entries<{ type: string | string[]; default: unknown }>(
    contributes.configuration.properties,
  )) {
    const types = [schema.type].flat().map((type) => (type === "integer" ? "number" : type));
    const { default: value } = schema;
    const given = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    assert.ok(types.includes(given), key);
  }
});

test("every setting has an order of its own, a scope and a description", () => {
  const settings = Object.entries<Record<string, unknown>>(contributes.configuration.properties);
  const orders = settings.map(([, schema]) => schema["order"]);
  assert.deepEqual(
    orders,
    [...orders.keys()].map((index) => index + 1),
  );
  for (const [key, schema] of settings) {
    assert.match(String(schema["scope"]), /^(resource|machine|machine-overridable)$/, key);
    assert.ok(schema["markdownDescription"] ?? schema["description"], key);
  }
});

test("every setting of renders is in the view, and for the folder to decide", () => {
  const settings = Object.entries<{ scope: string }>(contributes.configuration.properties).filter(([key]) =>
    key.startsWith("helios.render."),
  );
  assert.deepEqual(
    new Set(settings.map(([key]) => key)),
    new Set([PRESET_KEY, ...OPTIONS.map(({ key }) => key)].map((key) => `helios.render.${key}`)),
  );
  for (const [key, { scope }] of settings) {
    assert.equal(scope, "resource", key);
  }
});

test("every choice of the view is one that the setting allows", () => {
  for (const { key, choices = [], kind } of OPTIONS) {
    const schema = contributes.configuration.properties[`helios.render.${key}`];
    for (const { value } of choices) {
      assert.ok(!schema.enum || schema.enum.includes(value), `${key}: ${value}`);
      assert.ok(!schema.pattern || new RegExp(schema.pattern).test(String(value)), `${key}: ${value}`);
    }
    if (kind === "word") {
      assert.equal(choices.length, schema.enum?.length ?? 2, key);
    }
  }
});

test("settings.json takes 1 to 32 workers or auto, and nothing else", () => {
  const schema = contributes.configuration.properties["helios.render.concurrency"];
  assert.deepEqual(schema.enum, ["auto", ...Array.from({ length: 32 }, (_, index) => index + 1)]);
});

test("programs are not taken from the settings of a folder that nobody trusts", () => {
  const programs = Object.entries<{ scope: string }>(contributes.configuration.properties)
    .filter(([, { scope }]) => scope === "machine-overridable")
    .map(([key]) => key);
  assert.deepEqual(programs, manifest.capabilities.untrustedWorkspaces.restrictedConfigurations);
});

test("the types are those of the oldest VS Code that is supported", () => {
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
});

test("every action on a render is a command, in the palette and on the rows when it applies", () => {
  const titles = Object.fromEntries(
    contributes.commands.map(({ command, title }: { command: string; title: string }) => [command, title]),
  );
  for (const { command, title, word } of Object.values<Action>(ACTIONS)) {
    assert.equal(titles[command], title);
    const whens = (menu: string): string[] =>
      contributes.menus[menu]
        .filter((entry: { command: string }) => entry.command === command)
        .map((entry: { when: string }) => entry.when);
    assert.equal(whens("commandPalette")[0]?.split(" && ")[0], `helios.has.${word}`);
    const onRows = whens("view/item/context");
    assert.ok(onRows.length > 0, command);
    assert.ok(
      onRows.every((when) => when.includes(`viewItem =~ /\\b${word}\\b/`)),
      command,
    );
  }
});

test("every key that a menu, a view, a welcome text or a step asks for is set by somebody", () => {
  const set = new Set([...Object.keys(contextKeys([])), ...SET_ELSEWHERE]);
  const steps = contributes.walkthroughs.flatMap(({ steps }: { steps: object[] }) => steps);
  const menus = Object.values(contributes.menus);
  const whens = JSON.stringify([menus, contributes.views, contributes.viewsWelcome, steps]).matchAll(
    /"(?:when":"|onContext:)([^"]*)/g,
  );
  let found = 0;
  for (const [, when = ""] of whens) {
    for (const [key] of when.replaceAll(/view == helios\.\w+/g, "").matchAll(/helios\.[\w.]+/g)) {
      assert.ok(set.has(key), key);
      found += 1;
    }
  }
  assert.ok(found > 30, String(found));
});

test("pages are known by their ending in every menu", () => {
  const menus = ["explorer/context", "editor/context", "editor/title"];
  const whens = menus.flatMap((menu) => contributes.menus[menu].map(({ when }: { when: string }) => when));
  assert.ok(whens.every((when) => when.includes("resourceExtname =~ /^\\.x?html?$/i")));
});

test("the extension and the wheel inside it have one version", () => {
  const project = readFileSync(new URL("../../pyproject.toml", import.meta.url), "utf8");
  assert.equal(/^version = "(.+)"$/m.exec(project)?.[1], manifest.version);
});

test("every picture is there, and the icon has 128 by 128 pixels", () => {
  const media = contributes.walkthroughs.flatMap(
    ({ steps }: { steps: { media: { svg: string; altText: string } }[] }) => steps.map((step) => step.media),
  );
  for (const { svg, altText } of media) {
    assert.match(readFileSync(new URL(`../${svg}`, import.meta.url), "utf8"), /^<svg(?![\s\S]*<script)/);
    assert.ok(altText);
  }
  const icon = readFileSync(new URL(`../${manifest.icon}`, import.meta.url));
  assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
});

test("every text of the manifest is in package.nls.json, and no other", () => {
  assert.deepEqual(asked, new Set(Object.keys(texts)));
  const loose = JSON.stringify(manifest.contributes).match(/"(title|contents|markdownDescription)":"%/g);
  assert.equal(loose, null);
});
