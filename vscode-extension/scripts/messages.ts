/** What the sources say to people: every call of `l10n.t`, and the literals that stand outside of one. */

import path from "node:path";
import type { CallExpression, Node, SourceFile } from "typescript/unstable/ast";
import {
  isArrayLiteralExpression,
  isCallExpression,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

const ROOT = path.join(import.meta.dirname, "..");

export interface Message {
  readonly text: string;
  /** What translators are told; two messages of one text can differ by it. */
  readonly comment: readonly string[];
  /** How many values the call gives for placeholders. */
  readonly given: number;
}

export type Entry = string | { readonly message: string; readonly comment: readonly string[] };

/** The sources of the extension, by their path below `src`. */
export function sources(): ReadonlyMap<string, SourceFile> {
  const api = new API({ cwd: ROOT });
  try {
    const [project] = api.updateSnapshot({ openProjects: [path.join(ROOT, "tsconfig.json")] }).getProjects();
    const files = (project?.rootFiles ?? []).flatMap((file) => project?.program.getSourceFile(file) ?? []);
    const folder = path.join(ROOT, "src");
    return new Map(
      files
        .map((file) => [path.relative(folder, file.fileName), file] as const)
        .filter(([name]) => !name.startsWith("..")),
    );
  } finally {
    api.close();
  }
}

/** Every node below one, itself included. */
export function* nodes(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) {
    yield* nodes(child);
  }
}

export function isMessage(node: Node): node is CallExpression {
  return isCallExpression(node) && node.expression.getText() === "l10n.t";
}

/** The message of a call; rejects one that no exporter could find. */
export function messageOf(call: CallExpression): Message {
  const [first, ...values] = call.arguments;
  if (first && isStringLiteral(first)) {
    return { text: first.text, comment: [], given: values.length };
  }
  const fields = new Map<string, Node>();
  for (const field of first && isObjectLiteralExpression(first) ? first.properties : []) {
    if (isPropertyAssignment(field)) {
      fields.set(field.name.getText(), field.initializer);
    }
  }
  const [message, comment, args] = ["message", "comment", "args"].map((name) => fields.get(name));
  if (!message || !isStringLiteral(message) || !comment || !isArrayLiteralExpression(comment)) {
    throw new Error(`${call.getText()} has no text that can be exported. Give a literal.`);
  }
  const given = args && isArrayLiteralExpression(args) ? args.elements.length : 0;
  return {
    text: message.text,
    comment: comment.elements.map((each) => (isStringLiteral(each) ? each.text : each.getText())),
    given,
  };
}

/** All messages, as often as they are said. */
export function messages(files: Iterable<SourceFile>): Message[] {
  return [...files].flatMap((file) => [...nodes(file)].filter(isMessage).map(messageOf));
}

/** The bundle that translators begin with: each message by the key that `l10n.t` looks for. */
export function bundle(all: readonly Message[]): Record<string, Entry> {
  const entries = all.map(({ text, comment }): [string, Entry] =>
    comment.length === 0 ? [text, text] : [`${text}/${comment.join("")}`, { message: text, comment }],
  );
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The bundle as the file's text. */
export function bundleText(all: readonly Message[]): string {
  return `${JSON.stringify(bundle(all), undefined, 2)}\n`;
}
