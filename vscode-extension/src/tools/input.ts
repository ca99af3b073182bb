/** The tools' input, checked: a language model can send anything. */

import path from "node:path";

export interface RenderInput {
  readonly composition: string;
  readonly concurrency: number | undefined;
}

const MOST_WORKERS = 32;

/** Rejects with words that tell the model what to send instead. */
export function renderInput(input: unknown): RenderInput {
  const composition = text(input, "composition");
  const concurrency = field(input, "concurrency");
  if (composition === undefined) {
    throw new Error("composition is missing. Give a path that helios_listCompositions has listed.");
  }
  if (concurrency === undefined) {
    return { composition, concurrency };
  }
  const isAllowed =
    Number.isInteger(concurrency) && Number(concurrency) >= 1 && Number(concurrency) <= MOST_WORKERS;
  if (!isAllowed) {
    throw new Error(
      `concurrency is ${JSON.stringify(concurrency)}. Give a whole number from 1 to ${MOST_WORKERS}.`,
    );
  }
  return { composition, concurrency: Number(concurrency) };
}

/** The id of a render, or undefined when the input has none. */
export function renderId(input: unknown): string | undefined {
  return text(input, "id");
}

/** The absolute path of a page; rejects one that is in no folder of the workspace. */
export function pagePath(composition: string, folders: readonly string[]): string {
  const [first] = folders;
  if (first === undefined) {
    throw new Error("No folder is open.");
  }
  const page = path.resolve(first, composition);
  const isInside = folders.some((folder) => {
    const way = path.relative(folder, page);
    return way !== "" && !way.startsWith("..") && !path.isAbsolute(way);
  });
  if (!isInside) {
    throw new Error(`${composition} is outside the workspace. Only its pages are rendered.`);
  }
  return page;
}

function text(input: unknown, name: string): string | undefined {
  const value = field(input, name);
  if (value !== undefined && typeof value !== "string") {
    throw new Error(`${name} is ${JSON.stringify(value)}. Give text.`);
  }
  return value?.trim() || undefined;
}

function field(input: unknown, name: string): unknown {
  return typeof input === "object" && input !== null
    ? (input as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
