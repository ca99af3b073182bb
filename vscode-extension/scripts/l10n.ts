/** Renews the bundle of all messages from the sources. */

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundleText, messages, sources } from "./messages.ts";

const folder = path.join(import.meta.dirname, "..", "l10n");
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "bundle.l10n.json"), bundleText(messages(sources().values())));
