import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Node } from "typescript/unstable/ast";
import {
  isCallExpression,
  isImportDeclaration,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  isTemplateExpression,
  isTypeNode,
} from "typescript/unstable/ast/is";
import { bundleText, isMessage, messages, nodes, sources } from "../scripts/messages.ts";

const FILES = sources();
const MESSAGES = messages(FILES.values());

/** A word beside another one, or the beginning of a label; all else are names for machines. */
const SAID = /[A-Za-z]{2} | [A-Za-z]{2}|^[A-Z][a-z]/;

/** Where every literal is for others than a person: a page to begin with, and words to a language model. */
const NOT_FOR_PEOPLE = new Set(["compositions/template.ts", "tools/input.ts"]);

/** Names, code and words between modules, which are the same in every language. */
const NAMES = new Set([
  ...["Helios", "Helios Renders", "Helios Doctor.md", "Python", "VS Code", "`helios setup`", "FileNotFound"],
  ...["Scripts", "by name", "built in", "group {}", "option set", "Installing collected packages"],
  ...["ProRes 422 HQ", "ProRes 4444", "WebP", "WebM", "Opus", "Draft", "Transparent"],
  ...["{} of {} ms busy", "There is no render option {}.", "Ask helios_renderStatus."],
]);

/** A literal's text, with `{}` where values go; undefined for all other nodes. */
function literal(node: Node): string | undefined {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) {
    return node.text;
  }
  return isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("{}")
    : undefined;
}

function* around(node: Node): Generator<Node> {
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
    yield outer;
  }
}

/** Whether what is written there is translated, or is for the log, a language model or the compiler. */
function isNoText(outer: Node, file: string): boolean {
  if (isCallExpression(outer)) {
    return /(^|\.)(#?log\.\w+|warn)$/.test(outer.expression.getText()) || isMessage(outer);
  }
  const isToModel = isNewExpression(outer) && file.startsWith("tools/");
  return isToModel || isImportDeclaration(outer) || isTypeNode(outer);
}

test("the bundle has every message of the sources, as they are: npm run l10n", () => {
  const bundle = readFileSync(new URL("../l10n/bundle.l10n.json", import.meta.url), "utf8");
  assert.equal(bundle, bundleText(MESSAGES));
  assert.ok(MESSAGES.length > 400);
});

test("every message has a value for each placeholder, numbered from 0", () => {
  for (const { text, given } of MESSAGES) {
    const names = [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
    const numbers = Array.from({ length: given }, (_, number) => String(number));
    assert.deepEqual(new Set(names), new Set(numbers), text);
  }
});

test("what is said to a person is a message", () => {
  const bare = [...FILES]
    .filter(([file]) => !NOT_FOR_PEOPLE.has(file))
    .flatMap(([file, source]) =>
      [...nodes(source)].flatMap((node) => {
        const text = literal(node);
        const isSaid = text !== undefined && SAID.test(text) && !NAMES.has(text) && !/^import /.test(text);
        return isSaid && ![...around(node)].some((outer) => isNoText(outer, file))
          ? [`${file}: ${text}`]
          : [];
      }),
    );
  assert.deepEqual(bare, []);
});

test("the language is known before any other module is", () => {
  const first = [...(FILES.get("extension.ts")?.statements ?? [])].find(isImportDeclaration);
  assert.equal(first?.moduleSpecifier.getText(), '"./language.ts"');
  const imported = [...(FILES.get("language.ts")?.statements ?? [])].filter(isImportDeclaration);
  assert.deepEqual(
    imported.map(({ moduleSpecifier }) => moduleSpecifier.getText()),
    ['"@vscode/l10n"', '"vscode"'],
  );
});
