/** Every option of a render that is a setting, as a table: what it is called, what it takes, how it reads. */

import type { StartRenderParams } from "../protocol.ts";
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
  readonly unit?: string;
  readonly isInPresets?: true;
  /** Of whole numbers, from the best to the worst. */
  readonly bounds?: { readonly best: number; readonly worst: number };
}

const ON_OFF: readonly Choice[] = [
  { value: true, label: "On" },
  { value: false, label: "Off" },
];

const AS_THE_FORMAT_SAYS = "as the format says";
export const AS_THE_COMPOSITION_SAYS = "as the composition says";

export const OPTIONS: readonly Option[] = [
  {
    key: "concurrency",
    param: "concurrency",
    title: "Concurrency (Workers)",
    icon: "server-process",
    prompt: "How many worker processes share one render: 1 to 32, or auto for all that this machine carries.",
    kind: "concurrency",
  },
  {
    key: "format",
    param: "format",
    title: "Format",
    icon: "file-binary",
    prompt: "What kind of file is written.",
    kind: "word",
    choices: FORMATS.map(({ id, label, detail }) => ({ value: id, label, detail })),
    isInPresets: true,
  },
  {
    key: "codec",
    param: "codec",
    title: "Codec",
    icon: "circuit-board",
    prompt: "How the pictures are coded.",
    kind: "word",
    choices: [
      { value: "", label: "As the Format Says" },
      ...CODECS.map(({ id, label }) => ({ value: id, label })),
    ],
    unset: AS_THE_FORMAT_SAYS,
    isInPresets: true,
  },
  {
    key: "transparent",
    param: "transparent",
    title: "Transparency",
    icon: "circle-outline",
    prompt: "Whether the page's ground is left away where the page has none of its own.",
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "crf",
    param: "crf",
    title: "Quality",
    icon: "symbol-color",
    prompt: "x264's CRF: 0 is lossless, 18 looks like the page, 51 is worst. Six more halve the file.",
    kind: "integer",
    choices: [
      { value: 18, label: "High", detail: "CRF 18: looks like the page." },
      { value: 23, label: "Medium", detail: "CRF 23: about half the size." },
      { value: 28, label: "Small", detail: "CRF 28: about a quarter of the size, for drafts and messages." },
    ],
    isInPresets: true,
  },
  {
    key: "bitrate",
    param: "bitrate",
    title: "Bitrate",
    icon: "pulse",
    prompt: "Bits a second in place of the quality, such as 8M or 800k. Empty: as the quality needs.",
    kind: "text",
    unset: "as the quality needs",
    isInPresets: true,
  },
  {
    key: "size",
    param: "size",
    title: "Size",
    icon: "screen-full",
    prompt: "Width and height of the page in pixels, such as 1920x1080. Empty: as the composition says.",
    kind: "text",
    choices: [
      { value: "", label: "As the Composition Says" },
      { value: "1920x1080", label: "1920x1080", detail: "HD" },
      { value: "3840x2160", label: "3840x2160", detail: "4K" },
      { value: "1280x720", label: "1280x720" },
      { value: "1080x1920", label: "1080x1920", detail: "Upright" },
      { value: "1080x1080", label: "1080x1080", detail: "Square" },
    ],
    unset: AS_THE_COMPOSITION_SAYS,
    isInPresets: true,
  },
  {
    key: "scale",
    param: "scale",
    title: "Scale",
    icon: "zoom-out",
    prompt: "The video's size in percent of what is drawn, 25 to 100.",
    kind: "integer",
    choices: [100, 75, 50, 25].map((value) => ({ value, label: `${value}%` })),
    unit: "%",
    isInPresets: true,
  },
  {
    key: "pixelRatio",
    param: "pixelRatio",
    title: "Pixel Ratio",
    icon: "zoom-in",
    prompt:
      "Pixels drawn for each of the page's, 1 to 4 in quarters. The video is as much larger, unless it is scaled.",
    kind: "number",
    choices: [
      { value: 1, label: "1", detail: "As on an ordinary screen." },
      { value: 1.5, label: "1.5", detail: "1280x720 becomes 1920x1080." },
      { value: 2, label: "2", detail: "As on a fine screen: 1920x1080 becomes 3840x2160." },
    ],
    isInPresets: true,
  },
  {
    key: "fps",
    param: "fps",
    title: "Frame Rate",
    icon: "dashboard",
    prompt: "Frames per second, such as 30, 29.97 or 30000/1001. Empty: as the composition says.",
    kind: "text",
    choices: [
      { value: "", label: "As the Composition Says" },
      ...["24", "25", "30", "50", "60"].map((value) => ({ value, label: `${value} fps` })),
    ],
    unset: AS_THE_COMPOSITION_SAYS,
    unit: " fps",
    isInPresets: true,
  },
  {
    key: "duration",
    param: "duration",
    title: "Length",
    icon: "watch",
    prompt: "The composition's length in seconds. Empty: as the composition says.",
    kind: "number",
    unset: AS_THE_COMPOSITION_SAYS,
    unit: " s",
    isInPresets: true,
  },
  {
    key: "range",
    param: "range",
    title: "Range",
    icon: "split-horizontal",
    prompt: "The first frame and the frame after the last, such as 37:212, 37: or :212. Empty: all frames.",
    kind: "text",
    unset: "all frames",
    isInPresets: true,
  },
  {
    key: "props",
    param: "props",
    title: "Input Props",
    icon: "json",
    prompt: 'What the page is given, as a JSON object such as {"title": "Hello"}. Empty: nothing.',
    kind: "json",
    unset: "none",
  },
  {
    key: "outputName",
    param: "outputName",
    title: "Output Name",
    icon: "file-media",
    prompt:
      "The video's name without its ending. {name}, {width}, {height}, {fps}, {date} and {preset} are filled in.",
    kind: "text",
    isInPresets: true,
  },
  {
    key: "outputFolder",
    param: "outputFolder",
    title: "Output Folder",
    icon: "folder",
    prompt: "Where videos go: a path, or one within the workspace folder.",
    kind: "text",
  },
  {
    key: "network",
    param: "network",
    title: "Network",
    icon: "globe",
    prompt: "What a page can reach while it is rendered.",
    kind: "word",
    choices: [
      { value: "allow", label: "Allow", detail: "Pages load what they ask for." },
      { value: "local", label: "Local", detail: "Pages reach nothing but the files of their own folder." },
    ],
  },
  {
    key: "gpu",
    param: "gpu",
    title: "GPU",
    icon: "chip",
    prompt: "Whether a graphics card draws. Pictures can differ a little from one card to another.",
    kind: "word",
    choices: [
      { value: "auto", label: "Auto", detail: "As the browser finds best on this machine." },
      { value: "on", label: "On", detail: "A render fails where no graphics card draws." },
      { value: "off", label: "Off", detail: "The processor draws, the same on every machine." },
    ],
  },
  {
    key: "cache",
    param: "cache",
    title: "Cache",
    icon: "database",
    prompt: "Use frames again that an earlier render of the same page has left.",
    kind: "word",
    choices: ON_OFF,
  },
  {
    key: "encoderPreset",
    param: "preset",
    title: "Encoder Speed",
    icon: "rocket",
    prompt: "How much time the encoder takes to make the file smaller.",
    kind: "word",
    choices: [...new Set(CODECS.flatMap(({ presets }) => presets))].map((value) => ({ value, label: value })),
    isInPresets: true,
  },
  {
    key: "surface",
    param: "surface",
    title: "Surface",
    icon: "layers",
    prompt: "How the pixels of a frame are taken from the page.",
    kind: "word",
    choices: [
      { value: "auto", label: "auto", detail: "The fastest that shows what a screenshot shows." },
      { value: "canvas", label: "canvas", detail: "Reads the one canvas that the page consists of." },
      { value: "element", label: "element", detail: "Draws the page into memory." },
      { value: "begin-frame", label: "begin-frame", detail: "Screenshots of a headless shell." },
      { value: "screenshot", label: "screenshot", detail: "Plain screenshots: slow, and right everywhere." },
    ],
  },
  {
    key: "even",
    param: "even",
    title: "Odd Sizes",
    icon: "symbol-ruler",
    prompt: "Most video needs even sides. What to do with a page of an odd width or height.",
    kind: "word",
    choices: [
      { value: "error", label: "Refuse", detail: "Do not render, and say which size would do." },
      { value: "pad", label: "Pad", detail: "Add a black line." },
      { value: "crop", label: "Crop", detail: "Leave out a line." },
    ],
    isInPresets: true,
  },
  {
    key: "allowPageErrors",
    param: "allowPageErrors",
    title: "Page Errors",
    icon: "bug",
    prompt: "What to do when a script of the page throws.",
    kind: "word",
    choices: [
      { value: false, label: "Fail", detail: "The render fails and says where." },
      { value: true, label: "Go On", detail: "The result lists them." },
    ],
  },
  {
    key: "audio",
    param: "audio",
    title: "Sound",
    icon: "unmute",
    prompt: "Whether the video has the sound of the page and of its composition.json.",
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "loudness",
    param: "loudness",
    title: "Loudness",
    icon: "megaphone",
    prompt: "The loudness to reach in LUFS, such as -16 or -23. Empty: as it is mixed.",
    kind: "number",
    choices: [
      { value: null, label: "As It Is Mixed" },
      { value: -14, label: "-14 LUFS", detail: "Streaming" },
      { value: -16, label: "-16 LUFS", detail: "The web and podcasts" },
      { value: -23, label: "-23 LUFS", detail: "Broadcast (EBU R 128)" },
    ],
    unset: "as it is mixed",
    unit: " LUFS",
    isInPresets: true,
  },
  {
    key: "limiter",
    param: "limiter",
    title: "Limiter",
    icon: "fold",
    prompt: "Whether peaks are kept 1 dB below full scale instead of being cut off.",
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "subtitles",
    param: "subtitles",
    title: "Subtitles",
    icon: "comment",
    prompt: "A .srt or .vtt file, page for the page's captions, or none. Empty: what composition.json names.",
    kind: "text",
    choices: [
      { value: "", label: "As the Composition Says" },
      { value: "page", label: "page", detail: "The captions that the page tells (window.helios)." },
      { value: "none", label: "none", detail: "Also where composition.json names some." },
    ],
    unset: AS_THE_COMPOSITION_SAYS,
  },
  {
    key: "subtitleMode",
    param: "subtitleMode",
    title: "Subtitle Mode",
    icon: "layout-panel",
    prompt: "What becomes of subtitles.",
    kind: "word",
    choices: [
      { value: "burn", label: "Burn In", detail: "Draw them into the picture." },
      { value: "track", label: "Track", detail: "A track of the video that players can show or hide." },
      { value: "sidecar", label: "Sidecar", detail: "A file beside the video, under its name." },
    ],
  },
  {
    key: "subtitleStyle",
    param: "subtitleStyle",
    title: "Subtitle Style",
    icon: "text-size",
    prompt:
      "Of burnt-in subtitles, such as font=DejaVu Serif,size=8,color=#ffee00,outline=0.5, or parts of it.",
    kind: "text",
    unset: "white sans-serif",
  },
  {
    key: "subtitleLanguage",
    param: "subtitleLanguage",
    title: "Subtitle Language",
    icon: "book",
    prompt: "The language of a track by the three letters of ISO 639-2, such as eng; und says nothing of it.",
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
