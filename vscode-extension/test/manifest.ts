/** The manifest as VS Code shows it: every `%key%` is the text of package.nls.json. */

import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

export const texts: Readonly<Record<string, string>> = JSON.parse(read("package.nls.json"));

/** The keys that the manifest asks for. */
export const asked = new Set<string>();

export const manifest = JSON.parse(read("package.json"), (_, value: unknown) => {
  const key = typeof value === "string" ? /^%(.+)%$/.exec(value)?.[1] : undefined;
  if (key === undefined) {
    return value;
  }
  asked.add(key);
  return texts[key];
});
