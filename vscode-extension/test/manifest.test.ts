import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const contributes = manifest.contributes;
const commands = new Set<string>(contributes.commands.map((entry: { command: string }) => entry.command));

test("every command of a menu or a welcome text exists", () => {
  const inMenus = Object.values(contributes.menus)
    .flat()
    .map((entry) => (entry as { command: string }).command);
  const inLinks = contributes.viewsWelcome.flatMap(({ contents }: { contents: string }) =>
    [...contents.matchAll(/\(command:([\w.]+)/g)].map((match) => match[1]),
  );
  for (const command of [...inMenus, ...inLinks]) {
    assert.ok(commands.has(command) || /^(workbench|vscode)\./.test(command), command);
  }
});

test("every command has the category Helios and a title without it", () => {
  for (const { category, title } of contributes.commands) {
    assert.equal(category, "Helios");
    assert.match(title, /^(?!Helios)[A-Z]/);
  }
});

test("a default has the type that its setting asks for", () => {
  for (const [key, schema] of Object.entries<{ type: string; default: unknown }>(
    contributes.configuration.properties,
  )) {
    const type = schema.type === "integer" ? "number" : schema.type;
    assert.equal(typeof schema.default, type, key);
  }
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
