/** The options that say how the page is drawn, and where the video goes. */

import * as l10n from "@vscode/l10n";
import { inSeconds } from "../renders/format.ts";
import { CODECS } from "./formats.ts";
import { ON_OFF, type Option } from "./option.ts";

export const PAGE_OPTIONS: readonly Option[] = [
  {
    key: "props",
    param: "props",
    title: l10n.t("Input Props"),
    icon: "json",
    prompt: l10n.t(
      "What the page is given, as a JSON object such as {0}. Empty: nothing.",
      '{"title": "Hello"}',
    ),
    kind: "json",
    unset: l10n.t({ message: "none", comment: ["Input props"] }),
  },
  {
    key: "outputName",
    param: "outputName",
    title: l10n.t("Output Name"),
    icon: "file-media",
    prompt: l10n.t(
      "The video's name without its ending. {0} and {1} are filled in.",
      "{name}, {width}, {height}, {fps}, {date}",
      "{preset}",
    ),
    kind: "text",
    isInPresets: true,
  },
  {
    key: "outputFolder",
    param: "outputFolder",
    title: l10n.t("Output Folder"),
    icon: "folder",
    prompt: l10n.t("Where videos go: a path, or one within the workspace folder."),
    kind: "text",
  },
  {
    key: "network",
    param: "network",
    title: l10n.t("Network"),
    icon: "globe",
    prompt: l10n.t("What a page can reach while it is rendered."),
    kind: "word",
    choices: [
      { value: "allow", label: l10n.t("Allow"), detail: l10n.t("Pages load what they ask for.") },
      {
        value: "local",
        label: l10n.t("Local"),
        detail: l10n.t("Pages reach nothing but the files of their project."),
      },
    ],
  },
  {
    key: "gpu",
    param: "gpu",
    title: l10n.t("GPU"),
    icon: "chip",
    prompt: l10n.t("Whether a graphics card draws. Pictures can differ a little from one card to another."),
    kind: "word",
    choices: [
      {
        value: "auto",
        label: l10n.t("Auto"),
        detail: l10n.t("As Helios finds best: the processor draws, the same on every machine."),
      },
      { value: "on", label: l10n.t("On"), detail: l10n.t("A render fails where no graphics card draws.") },
      { value: "off", label: l10n.t("Off"), detail: l10n.t("The processor draws.") },
    ],
  },
  {
    key: "cache",
    param: "cache",
    title: l10n.t("Cache"),
    icon: "database",
    prompt: l10n.t("Use frames again that an earlier render of the same page has left."),
    kind: "word",
    choices: ON_OFF,
  },
  {
    key: "encoderPreset",
    param: "preset",
    title: l10n.t("Encoder Speed"),
    icon: "rocket",
    prompt: l10n.t("How much time the encoder takes to make the file smaller."),
    kind: "word",
    choices: [...new Set(CODECS.flatMap(({ presets }) => presets))].map((value) => ({ value, label: value })),
    isInPresets: true,
  },
  {
    key: "surface",
    param: "surface",
    title: l10n.t("Surface"),
    icon: "layers",
    prompt: l10n.t("How the pixels of a frame are taken from the page."),
    kind: "word",
    choices: [
      { value: "auto", label: "auto", detail: l10n.t("The fastest that shows what a screenshot shows.") },
      { value: "canvas", label: "canvas", detail: l10n.t("Reads the one canvas that the page consists of.") },
      { value: "element", label: "element", detail: l10n.t("Draws the page into memory.") },
      { value: "begin-frame", label: "begin-frame", detail: l10n.t("Screenshots of a headless shell.") },
      {
        value: "screenshot",
        label: "screenshot",
        detail: l10n.t("Plain screenshots: slow, and right everywhere."),
      },
    ],
  },
  {
    key: "even",
    param: "even",
    title: l10n.t("Odd Sizes"),
    icon: "symbol-ruler",
    prompt: l10n.t("Most video needs even sides. What to do with a page of an odd width or height."),
    kind: "word",
    choices: [
      {
        value: "error",
        label: l10n.t("Refuse"),
        detail: l10n.t("Do not render, and say which size would do."),
      },
      { value: "pad", label: l10n.t("Pad"), detail: l10n.t("Add a black line.") },
      { value: "crop", label: l10n.t("Crop"), detail: l10n.t("Leave out a line.") },
    ],
    isInPresets: true,
  },
  {
    key: "allowPageErrors",
    param: "allowPageErrors",
    title: l10n.t("Page Errors"),
    icon: "bug",
    prompt: l10n.t("What to do when a script of the page throws."),
    kind: "word",
    choices: [
      { value: false, label: l10n.t("Fail"), detail: l10n.t("The render fails and says where.") },
      { value: true, label: l10n.t("Go On"), detail: l10n.t("The result lists them.") },
    ],
  },
  {
    key: "timeout",
    param: "readyTimeout",
    title: l10n.t("Page Timeout"),
    icon: "watch",
    prompt: l10n.t("Seconds that a page may take to load, and to come to rest at a frame."),
    kind: "number",
    withUnit: inSeconds,
  },
];
