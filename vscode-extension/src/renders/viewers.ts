/** Which of VS Code's own editors shows a finished file. */

import { extname } from "node:path";

/** The one that VS Code takes for the file's name; "default" would be the text editor. */
export const BY_NAME = "by name";

const IMAGES = "imagePreview.previewEditor";
const SOUNDS = "vscode.audioPreview";

/** What these names do not lead to, though it shows such files. */
const VIEWERS: ReadonlyMap<string, string> = new Map([
  [".apng", IMAGES],
  [".opus", SOUNDS],
  [".flac", SOUNDS],
]);
/** AAC, which a browser decodes and the VS Code of a desktop does not. */
const OF_BROWSERS: ReadonlyMap<string, string> = new Map([[".m4a", SOUNDS]]);
/** ProRes, which nothing in VS Code decodes. */
const NEVER: ReadonlySet<string> = new Set([".mov"]);

/** The editor's id; undefined where there is none. */
export function viewerOf(path: string, inBrowser: boolean): string | undefined {
  const suffix = extname(path).toLowerCase();
  const ofBrowsers = OF_BROWSERS.get(suffix);
  if (NEVER.has(suffix) || (ofBrowsers !== undefined && !inBrowser)) {
    return;
  }
  return ofBrowsers ?? VIEWERS.get(suffix) ?? BY_NAME;
}
