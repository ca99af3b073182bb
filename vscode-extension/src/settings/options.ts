/** Every option of a render that is a setting, as a table: what it is called, what it takes, how it reads. */

import * as l10n from "@vscode/l10n";
import type { StartRenderParams } from "../protocol.ts";
import { inPercent, inSeconds, rate } from "../renders/format.ts";
import { CODECS, FORMATS } from "./formats.ts";

export interface Choice {
  readonly value: unknown;
  readonly label: string;
  readonly detail?: string;
}

/** What a value is in the settings; `concurrency` is a whole number or "auto". */
export type Kind = "integer" | "number" | "text" | "json" | "concurrency" | "word";

export interface Option {
  /** `helios.render.<key>` */
  readonly key: string;
  readonly param: keyof StartRenderParams;
  readonly title: string;
  readonly icon: string;
  readonly prompt: string;
  readonly kind: Kind;
  /** The values to choose from; a `word` has no others. */
  readonly choices?: readonly Choice[];
  /** What is not set means this. */
  readonly unset?: string;
  /** A value with its unit. */
  readonly withUnit?: (value: string) => string;
  readonly isInPresets?: true;
  /** Of whole numbers, from the best to the worst. */
  readonly bounds?: { readonly best: number; readonly worst: number };
}

function lufs(value: number | string): string {
  return l10n.t("{0} LUFS", value);
}

const ON_OFF: readonly Choice[] = [
  { value: true, label: l10n.t("On") },
  { value: false, label: l10n.t("Off") },
];

const AS_THE_FORMAT_SAYS = l10n.t("as the format says");
export const AS_THE_COMPOSITION_SAYS = l10n.t("as the composition says");

export const OPTIONS: readonly Option[] = [
  {
    key: "concurrency",
    param: "concurrency",
    title: l10n.t("Concurrency (Workers)"),
    icon: "server-process",
    prompt: l10n.t(
      "How many worker processes share one render: 1 to 32, or auto for all that this machine carries.",
    ),
    kind: "concurrency",
  },
  {
    key: "format",
    param: "format",
    title: l10n.t("Format"),
    icon: "file-binary",
    prompt: l10n.t("What kind of file is written."),
    kind: "word",
    choices: FORMATS.map(({ id, label, detail }) => ({ value: id, label, detail })),
    isInPresets: true,
  },
  {
    key: "codec",
    param: "codec",
    title: l10n.t("Codec"),
    icon: "circuit-board",
    prompt: l10n.t("How the pictures are coded."),
    kind: "word",
    choices: [
      { value: "", label: l10n.t("As the Format Says") },
      ...CODECS.map(({ id, label }) => ({ value: id, label })),
    ],
    unset: AS_THE_FORMAT_SAYS,
    isInPresets: true,
  },
  {
    key: "transparent",
    param: "transparent",
    title: l10n.t("Transparency"),
    icon: "circle-outline",
    prompt: l10n.t("Whether the page's ground is left away where the page has none of its own."),
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "crf",
    param: "crf",
    title: l10n.t("Quality"),
    icon: "symbol-color",
    prompt: l10n.t(
      "x264's CRF: 0 is lossless, 18 looks like the page, 51 is worst. Six more halve the file.",
    ),
    kind: "integer",
    choices: [
      { value: 18, label: l10n.t("High"), detail: l10n.t("CRF {0}: looks like the page.", 18) },
      { value: 23, label: l10n.t("Medium"), detail: l10n.t("CRF {0}: about half the size.", 23) },
      {
        value: 28,
        label: l10n.t("Small"),
        detail: l10n.t("CRF {0}: about a quarter of the size, for drafts and messages.", 28),
      },
    ],
    isInPresets: true,
  },
  {
    key: "bitrate",
    param: "bitrate",
    title: l10n.t("Bitrate"),
    icon: "pulse",
    prompt: l10n.t("Bits a second in place of the quality, such as 8M or 800k. Empty: as the quality needs."),
    kind: "text",
    unset: l10n.t("as the quality needs"),
    isInPresets: true,
  },
  {
    key: "size",
    param: "size",
    title: l10n.t("Size"),
    icon: "screen-full",
    prompt: l10n.t(
      "Width and height of the page in pixels, such as 1920x1080. Empty: as the composition says.",
    ),
    kind: "text",
    choices: [
      { value: "", label: l10n.t("As the Composition Says") },
      { value: "1920x1080", label: "1920x1080", detail: l10n.t("HD") },
      { value: "3840x2160", label: "3840x2160", detail: l10n.t("4K") },
      { value: "1280x720", label: "1280x720" },
      { value: "1080x1920", label: "1080x1920", detail: l10n.t("Upright") },
      { value: "1080x1080", label: "1080x1080", detail: l10n.t("Square") },
    ],
    unset: AS_THE_COMPOSITION_SAYS,
    isInPresets: true,
  },
  {
    key: "scale",
    param: "scale",
    title: l10n.t("Scale"),
    icon: "zoom-out",
    prompt: l10n.t("The video's size in percent of what is drawn, 25 to 100."),
    kind: "integer",
    choices: [100, 75, 50, 25].map((value) => ({ value, label: inPercent(value) })),
    withUnit: inPercent,
    isInPresets: true,
  },
  {
    key: "pixelRatio",
    param: "pixelRatio",
    title: l10n.t("Pixel Ratio"),
    icon: "zoom-in",
    prompt: l10n.t(
      "Pixels drawn for each of the page's, 1 to 4 in quarters. The video is as much larger, unless it is scaled.",
    ),
    kind: "number",
    choices: [
      { value: 1, label: "1", detail: l10n.t("As on an ordinary screen.") },
      { value: 1.5, label: "1.5", detail: l10n.t("1280x720 becomes 1920x1080.") },
      { value: 2, label: "2", detail: l10n.t("As on a fine screen: 1920x1080 becomes 3840x2160.") },
    ],
    isInPresets: true,
  },
  {
    key: "fps",
    param: "fps",
    title: l10n.t("Frame Rate"),
    icon: "dashboard",
    prompt: l10n.t("Frames per second, such as 30, 29.97 or 30000/1001. Empty: as the composition says."),
    kind: "text",
    choices: [
      { value: "", label: l10n.t("As the Composition Says") },
      ...["24", "25", "30", "50", "60"].map((value) => ({ value, label: rate(value) })),
    ],
    unset: AS_THE_COMPOSITION_SAYS,
    withUnit: rate,
    isInPresets: true,
  },
  {
    key: "duration",
    param: "duration",
    title: l10n.t("Length"),
    icon: "watch",
    prompt: l10n.t("The composition's length in seconds. Empty: as the composition says."),
    kind: "number",
    unset: AS_THE_COMPOSITION_SAYS,
    withUnit: inSeconds,
    isInPresets: true,
  },
  {
    key: "range",
    param: "range",
    title: l10n.t("Range"),
    icon: "split-horizontal",
    prompt: l10n.t(
      "The first frame and the frame after the last, such as 37:212, 37: or :212. Empty: all frames.",
    ),
    kind: "text",
    unset: l10n.t("all frames"),
    isInPresets: true,
  },
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
        detail: l10n.t("Pages reach nothing but the files of their own folder."),
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
      { value: "auto", label: l10n.t("Auto"), detail: l10n.t("As the browser finds best on this machine.") },
      { value: "on", label: l10n.t("On"), detail: l10n.t("A render fails where no graphics card draws.") },
      {
        value: "off",
        label: l10n.t("Off"),
        detail: l10n.t("The processor draws, the same on every machine."),
      },
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
    key: "audio",
    param: "audio",
    title: l10n.t("Sound"),
    icon: "unmute",
    prompt: l10n.t("Whether the video has the sound of the page and of its composition.json."),
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "loudness",
    param: "loudness",
    title: l10n.t("Loudness"),
    icon: "megaphone",
    prompt: l10n.t("The loudness to reach in LUFS, such as -16 or -23. Empty: as it is mixed."),
    kind: "number",
    choices: [
      { value: null, label: l10n.t("As It Is Mixed") },
      { value: -14, label: lufs(-14), detail: l10n.t("Streaming") },
      { value: -16, label: lufs(-16), detail: l10n.t("The web and podcasts") },
      { value: -23, label: lufs(-23), detail: l10n.t("Broadcast (EBU R 128)") },
    ],
    unset: l10n.t("as it is mixed"),
    withUnit: lufs,
    isInPresets: true,
  },
  {
    key: "limiter",
    param: "limiter",
    title: l10n.t("Limiter"),
    icon: "fold",
    prompt: l10n.t("Whether peaks are kept 1 dB below full scale instead of being cut off."),
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "subtitles",
    param: "subtitles",
    title: l10n.t("Subtitles"),
    icon: "comment",
    prompt: l10n.t(
      "A .srt or .vtt file, page for the page's captions, or none. Empty: what composition.json names.",
    ),
    kind: "text",
    choices: [
      { value: "", label: l10n.t("As the Composition Says") },
      { value: "page", label: "page", detail: l10n.t("The captions that the page tells (window.helios).") },
      { value: "none", label: "none", detail: l10n.t("Also where composition.json names some.") },
    ],
    unset: AS_THE_COMPOSITION_SAYS,
  },
  {
    key: "subtitleMode",
    param: "subtitleMode",
    title: l10n.t("Subtitle Mode"),
    icon: "layout-panel",
    prompt: l10n.t("What becomes of subtitles."),
    kind: "word",
    choices: [
      { value: "burn", label: l10n.t("Burn In"), detail: l10n.t("Draw them into the picture.") },
      {
        value: "track",
        label: l10n.t("Track"),
        detail: l10n.t("A track of the video that players can show or hide."),
      },
      {
        value: "sidecar",
        label: l10n.t("Sidecar"),
        detail: l10n.t("A file beside the video, under its name."),
      },
    ],
  },
  {
    key: "subtitleStyle",
    param: "subtitleStyle",
    title: l10n.t("Subtitle Style"),
    icon: "text-size",
    prompt: l10n.t(
      "Of burnt-in subtitles, such as font=DejaVu Serif,size=8,color=#ffee00,outline=0.5, or parts of it.",
    ),
    kind: "text",
    unset: l10n.t("white sans-serif"),
  },
  {
    key: "subtitleLanguage",
    param: "subtitleLanguage",
    title: l10n.t("Subtitle Language"),
    icon: "book",
    prompt: l10n.t(
      "The language of a track by the three letters of ISO 639-2, such as eng; und says nothing of it.",
    ),
    kind: "text",
  },
];

/** Raises an Error for a key that is not in the table. */
export function optionOf(key: string): Option {
  const option = OPTIONS.find((each) => each.key === key);
  if (!option) {
    throw new Error(`There is no render option ${key}.`);
  }
  return option;
}

export function isUnset(value: unknown): boolean {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === "" || value === null || value === undefined || isEmpty;
}
